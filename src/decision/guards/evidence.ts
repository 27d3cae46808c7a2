import type { Known } from '../../domain/known.ts';
import type { Backend } from '../../domain/topology.ts';
import { countOf, namesText } from '../explain/text.ts';
import type { Guard, Judgement } from './guard.ts';
import { hold, pass } from './guard.ts';

/** The FE raises its own tables to three replicas once there are three storage backends, and never lowers them. */
const LEAST_BACKENDS = 3;
const LATER = 'looked at right before acting';

/** (a) of the proof: replicas of the tag still fit, and three storage backends remain. */
export const replicationFloor: Guard = (change) => {
  const { backend } = change;
  if (backend === undefined) return pass('frontends hold no replicas');
  const leaving = new Set(change.victims.map((victim) => victim.node));
  const staying = backend.members.filter((member) => !leaving.has(member.address) && holdsData(member));
  const rest = leaving.size === 0 ? staying.length - 1 : staying.length;
  if (rest < LEAST_BACKENDS) {
    return hold(`${countOf(Math.max(0, rest), 'storage backend')} would be left, ${String(LEAST_BACKENDS)} are needed`);
  }
  const { evidence } = backend;
  if (evidence === undefined) return pass(`${countOf(rest, 'storage backend')} would be left; replicas are ${LATER}`);
  if (!evidence.replication.known) return unread('replication', evidence.replication);
  const hosts = new Set(staying.map((member) => member.host)).size;
  const need = evidence.replication.value.find((each) => each.group === backend.group.group && each.replicas > hosts);
  if (need !== undefined) {
    return hold(
      `${need.table} has ${String(need.replicas)} replicas and ${countOf(hosts, 'host')} would be left for them`,
    );
  }
  const refusal = evidence.ownCheck?.refusal;
  return refusal === undefined
    ? pass(`every table keeps its replicas on ${countOf(hosts, 'host')}`)
    : hold(`the FE's own check refuses: ${refusal}`);
};

/** Tables with one replica move with a drain, but not away from a backend that is not alive. */
export const singleReplica: Guard = (change, world) => {
  if (change.backend === undefined) return pass('frontends hold no replicas');
  const { evidence } = change.backend;
  if (evidence === undefined) return pass(`tables with one replica are ${LATER}`);
  const dead = world.topology?.backends.find((backend) => !backend.alive);
  if (world.policy.singleReplica === 'move' && dead === undefined)
    return pass('singleReplica: move, and every backend is alive');
  if (!evidence.singleReplicaTables.known) return unread('tables with one replica', evidence.singleReplicaTables);
  const tables = evidence.singleReplicaTables.value;
  if (tables.length === 0) return pass('no table has one replica');
  if (world.policy.singleReplica === 'refuse') return hold(`${namesText(tables)}: one replica (singleReplica: refuse)`);
  return hold(`${namesText(tables)}: one replica, and ${dead?.address ?? 'a backend'} is not alive`);
};

/** (c) and the scheduler of (d). */
export const tabletsUnhealthy: Guard = ({ backend }) => {
  if (backend === undefined) return pass('frontends hold no tablets');
  const { evidence } = backend;
  if (evidence === undefined) return pass(`tablet health is ${LATER}`);
  if (!evidence.tablets.known) return unread('tablet health', evidence.tablets);
  const { unrecoverable } = evidence.tablets.value;
  if (unrecoverable > 0) return hold(`${countOf(unrecoverable, 'tablet')} cannot be recovered`);
  if (!evidence.schedulerOff.known) return unread('the scheduler settings', evidence.schedulerOff);
  const off = evidence.schedulerOff.value.filter((key) => !isColocate(key));
  return off.length > 0
    ? hold(`a drain needs the tablet scheduler: set ${namesText(off)} back`)
    : pass('no tablet is lost, the scheduler is on');
};

export const colocateUnstable: Guard = ({ backend }) => {
  if (backend === undefined) return pass('frontends hold no tablets');
  const { evidence } = backend;
  if (evidence === undefined) return pass(`colocate groups are ${LATER}`);
  if (!evidence.unstableColocateGroups.known) return unread('colocate groups', evidence.unstableColocateGroups);
  const groups = evidence.unstableColocateGroups.value;
  if (groups.length > 0) return hold(`colocate groups not stable: ${namesText(groups)}`);
  if (!evidence.schedulerOff.known) return unread('the scheduler settings', evidence.schedulerOff);
  const off = evidence.schedulerOff.value.filter(isColocate);
  return off.length > 0
    ? hold(`a drain needs colocate balance: set ${namesText(off)} back`)
    : pass('colocate groups are stable');
};

/** (e): alter, rollup, backup and restore. */
export const schemaChangeRunning: Guard = ({ backend }) => {
  if (backend === undefined) return pass('frontends hold no tablets');
  const { evidence } = backend;
  if (evidence === undefined) return pass(`running jobs are ${LATER}`);
  if (!evidence.jobs.known) return unread('running jobs', evidence.jobs);
  return evidence.jobs.value.length > 0
    ? hold(namesText(evidence.jobs.value, 2))
    : pass('no alter, backup or restore is running');
};

/** Alive, enabled, and of a role that stores tablets. */
export function holdsData(backend: Backend): boolean {
  return (
    backend.alive &&
    !backend.decommissioned &&
    !backend.queryDisabled &&
    !backend.loadDisabled &&
    !backend.shutdown &&
    backend.nodeRole === 'mix'
  );
}

function isColocate(key: string): boolean {
  return key.includes('colocate');
}

function unread(what: string, unknown: Extract<Known<unknown>, { known: false }>): Judgement {
  return hold(`${what} could not be read: ${unknown.reason}`);
}
