import type { BackendState, ClusterState, DiskState, FrontendState } from '../model/state.ts';
import type { DatabaseState, TableState } from '../model/tablets/state.ts';
import { FaultError } from './fault.ts';

/* What a fault names, or a FaultError that says what there is. */

export function backendOf(state: ClusterState, host: string): BackendState {
  const found = state.backends.find((backend) => backend.host === host);
  if (found === undefined) throw new FaultError(`host: ${host} is no backend of ${hostsOf(state.backends)}`);
  return found;
}

export function frontendOf(state: ClusterState, host: string): FrontendState {
  const found = state.frontends.find((frontend) => frontend.host === host);
  if (found === undefined) throw new FaultError(`host: ${host} is no frontend of ${hostsOf(state.frontends)}`);
  return found;
}

export function requireHost(state: ClusterState, host: string): void {
  const nodes = [...state.frontends, ...state.backends];
  if (!nodes.some((node) => node.host === host)) throw new FaultError(`host: ${host} is none of ${hostsOf(nodes)}`);
}

/** The disk of a path, or all. */
export function disksOf(backend: BackendState, path: string | undefined): readonly DiskState[] {
  const disks = backend.disks.filter((disk) => path === undefined || disk.path === path);
  if (disks.length > 0) return disks;
  throw new FaultError(
    `path: ${path ?? ''} is no disk of ${backend.host}, which has ${backend.disks.map((disk) => disk.path).join(', ')}`,
  );
}

export function databaseOf(state: ClusterState, name: string): DatabaseState {
  const found = state.databases.find((database) => database.name === name);
  if (found === undefined) {
    throw new FaultError(`database: ${name} is none of ${state.databases.map((database) => database.name).join(', ')}`);
  }
  return found;
}

export function tableOf(state: ClusterState, named: { readonly database: string; readonly table: string }): TableState {
  const { name, tables } = databaseOf(state, named.database);
  const found = tables.find((table) => table.name === named.table);
  if (found !== undefined) return found;
  throw new FaultError(`table: ${name} has ${tables.map((table) => table.name).join(', ')}, not ${named.table}`);
}

/** The id of the registered backend of a host. */
export function backendIdOf(state: ClusterState, host: string, field = 'host'): string {
  const id = state.backends.find((backend) => backend.host === host && backend.row !== undefined)?.row?.id;
  if (id === undefined) throw new FaultError(`${field}: no registered backend runs on ${host}`);
  return id;
}

function hostsOf(nodes: readonly { readonly host: string }[]): string {
  return nodes.map(({ host }) => host).join(', ');
}
