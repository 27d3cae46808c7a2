import type { Known } from '../../../domain/known.ts';
import type { Backend } from '../../../domain/topology.ts';
import { countOf, namesText } from '../../explain/text.ts';
import type { Guard, Judgement } from '../guard.ts';
import { hold, pass } from '../guard.ts';
import { holdsData, hostsOf, placesRefusal } from './places.ts';

const LATER = 'looked at right before acting';

/** (a) of the proof: replicas of the tag still fit, and three storage backends remain. */
export const replicationFloor: Guard = (change) => {
  const { backend } = change;
  if (backend === undefined) return pass('frontends hold no replicas');
  const { group } = backend.group;
  const leaving = new Set(change.victims.map((victim) => victim.node));
  const staying = backend.members.filter((member) => !leaving.has(member.address) && holdsData(member));
  // Without a victim it is asked whether any one could go.
  const rest = leaving.size === 0 ? withoutOne(staying) : staying;
  const { evidence } = backend;
  const tooFew = placesRefusal(group, rest, evidence?.replication.known === true ? evidence.replication.value : []);
  if (tooFew !== undefined) return hold(tooFew);
  const left = countOf(hostsOf(rest), 'host');
  if (evidence === undefined) return pass(`storage backends on ${left} would be left; replicas are ${LATER}`);
  if (!evidence.replication.known) return unread('replication', evidence.replication);
  const refusal = evidence.ownCheck?.refusal;
  return refusal === undefined
    ? pass(`every table keeps its replicas on ${left}`)
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

/** As if the one went that costs the fewest hosts. */
function withoutOne(staying: readonly Backend[]): readonly Backend[] {
  const shared = staying.findIndex(({ host }, index) => staying.some((each, at) => at !== index && each.host === host));
  return staying.filter((_, index) => index !== Math.max(0, shared));
}

function isColocate(key: string): boolean {
  return key.includes('colocate');
}

function unread(what: string, unknown: Extract<Known<unknown>, { known: false }>): Judgement {
  return hold(`${what} could not be read: ${unknown.reason}`);
}
