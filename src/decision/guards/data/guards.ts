import type { GuardCode } from '../../../domain/codes.ts';
import type { Backend } from '../../../domain/topology.ts';
import type { World } from '../../world.ts';
import type { BackendChange, Change } from '../change.ts';
import type { Guard, Judgement } from '../guard.ts';
import { hold, pass } from '../guard.ts';
import { changeMs } from '../time/estimate.ts';
import { type Finding, type RemovalQuestion, ask } from './check.ts';
import { REMOVAL_CHECKS } from './checks.ts';
import { diskGrowth } from '../../demand/disk-growth.ts';
import { holdsData } from './places.ts';
import { spanMs } from './span.ts';

/** A guard that is all the checks of one code. */
function guardOf(code: GuardCode): Guard {
  const checks = REMOVAL_CHECKS.filter((check) => check.code === code);
  return (change, world) => {
    const question = questionOf(change, world);
    return question === undefined
      ? pass('frontends hold no data')
      : judgementOf(checks.map((check) => ask(check, question)));
  };
}

export const replicationFloor = guardOf('replication-floor');
export const singleReplica = guardOf('single-replica');
export const diskHeadroom = guardOf('disk-headroom');
export const tabletsUnhealthy = guardOf('tablets-unhealthy');
export const colocateUnstable = guardOf('colocate-unstable');
export const schemaChangeRunning = guardOf('schema-change-running');
/** Beside restarts, which memory tells. */
export const clusterWhole = guardOf('cluster-unhealthy');

/** All that hold are said; of what passes, what was looked at. */
function judgementOf(findings: readonly Finding[]): Judgement {
  const held = findings.filter(({ is }) => is === 'hold' || is === 'unread');
  const until = held.map((each) => each.until);
  const known = until.every((each) => each !== undefined) ? Math.max(...until) : undefined;
  if (held.length > 0) return hold(textOf(held), known);
  const passed = findings.filter(({ is }) => is === 'pass');
  return pass(textOf(passed.length > 0 ? passed : findings));
}

function textOf(findings: readonly Finding[]): string {
  return findings.map(({ detail }) => detail).join('; ');
}

/** All guards of a change ask the same question. */
const questions = new WeakMap<Change, RemovalQuestion>();

function questionOf(change: Change, world: World): RemovalQuestion | undefined {
  if (change.backend === undefined) return undefined;
  const known = questions.get(change);
  if (known !== undefined) return known;
  const question = newQuestion(change, change.backend, world);
  questions.set(change, question);
  return question;
}

function newQuestion(change: Change, backend: BackendChange, world: World): RemovalQuestion {
  const { policy, at, topology } = world;
  const { group, members, evidence } = backend;
  const chosen = new Set(change.victims.map(({ node }) => node));
  const leaving: Backend[] = [];
  const keeping: Backend[] = [];
  for (const member of members) {
    if (chosen.has(member.address)) leaving.push(member);
    else if (holdsData(member)) keeping.push(member);
  }
  const history = world.demand.find((each) => each.role === 'backend' && each.group === group.group);
  return {
    at,
    group: group.group,
    leaving,
    keeping,
    backends: topology?.backends ?? [],
    evidence,
    // Days of slots are looked through for it, and it matters only to what is moved.
    growthBytesPerDay: leaving.length === 0 ? undefined : diskGrowth(history, group, at),
    spanMs: spanMs(policy, at, changeMs(change) * policy.operations.safety),
    projectedRatio: group.disk.projectedRatio,
    singleReplica: policy.singleReplica,
    assumedRateBytesPerSecond: policy.migration.assumedRateBytesPerSecond,
    timezone: policy.windows.timezone,
  };
}
