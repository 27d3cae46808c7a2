import { isSchedulable, registeredBackends } from '../../model/queries.ts';
import type { ClusterState } from '../../model/state.ts';
import { createDatabase, createTable } from '../../model/tablets/create-table.ts';
import { needsAdmin } from '../access/needs.ts';
import { refuse } from '../answer/errors.ts';
import { isFrom } from '../answer/table.ts';
import { type Execution, type Statement, valuesOf } from '../statement.ts';
import type { Captures } from '../text/form.ts';
import { databaseOf, splitName } from './names.ts';

export const CREATE_STATEMENTS: readonly Statement[] = [
  { kind: 'write', form: 'CREATE DATABASE [IF NOT EXISTS] <name:name>', needs: needsAdmin, plan: planDatabase },
  { kind: 'write', form: 'CREATE TABLE [IF NOT EXISTS] <name:name> <rest>', needs: needsAdmin, plan: planTable },
];

function planDatabase({ state }: Execution, captures: Captures): () => void {
  const name = valuesOf(captures, 'name').at(-1) ?? '';
  if (databaseOf(state, name) !== undefined) refuse(`Can't create database '${name}'; database exists`);
  return () => {
    createDatabase(state, name);
  };
}

/** Of all that a table may be only its buckets and replicas count here. */
function planTable(execution: Execution, captures: Captures): () => void {
  const { state, text } = execution;
  const { database, table: name } = splitName(execution, valuesOf(captures, 'name'));
  const owner = databaseOf(state, database) ?? refuse(`Unknown database '${database}'`);
  if (owner.tables.some((table) => table.name === name)) refuse(`Table '${name}' already exists`);
  const buckets = Number(/\bBUCKETS\s+(\d+)/i.exec(text)?.[1] ?? 10);
  const replicas = Number(/["']replication_num["']\s*=\s*["'](\d+)["']/i.exec(text)?.[1] ?? 3);
  requireBackends(execution, replicas);
  return () => {
    createTable(state, owner, { name, buckets, replicas });
  };
}

/** Leaving backends count as available first, and are found wanting when the replicas are placed. */
function requireBackends({ state, version }: Execution, replicas: number): void {
  const alive = registeredBackends(state).filter(({ row }) => row.alive).length;
  const usable = usableBackends(state);
  if (usable === 0) refuse('System has no available disk capacity or no available BE nodes');
  const counted = isFrom(version, '3.0') ? usable : alive;
  if (replicas > counted) {
    refuse(
      `replication num should be less than the number of available backends. replication num is ${String(replicas)}, available backend num is ${String(counted)}`,
    );
  }
  if (replicas > usable) {
    refuse(
      `Failed to find enough backend, please check the replication num,replication tag and storage medium and avail capacity of backends.\nCreate failed replications:\nreplication tag: {"location" : "default"}, replication num: ${String(replicas)}, storage medium: HDD`,
    );
  }
}

function usableBackends(state: ClusterState): number {
  return registeredBackends(state).filter(isSchedulable).length;
}
