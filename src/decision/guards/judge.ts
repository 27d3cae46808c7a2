import { BOTH_GUARD_CODES, GUARD_CODES, OUT_GUARD_CODES } from '../../domain/codes.ts';
import type { GuardCode } from '../../domain/codes.ts';
import type { GuardVerdict } from '../../domain/decision.ts';
import type { World } from '../world.ts';
import type { Change } from './change.ts';
import { clusterUnhealthy, quorum, rollingRestart, topologyUnknown, versionUnsupported } from './cluster-state.ts';
import {
  colocateUnstable,
  diskHeadroom,
  replicationFloor,
  schemaChangeRunning,
  singleReplica,
  tabletsUnhealthy,
} from './data/guards.ts';
import type { Guard } from './guard.ts';
import { noHost, noVictim } from './hosts.ts';
import { historyShort, limitExceeded, metricsRecovering, metricsStale, metricsUnknown } from './metrics.ts';
import { foreignOperation, operationOpen } from './operations.ts';
import {
  approvalExpired,
  awaitingApproval,
  clockJump,
  modeObserve,
  notLeader,
  paused,
  storeUnavailable,
} from './orders.ts';
import { backoff, cooldown, minHold } from './time/timing.ts';
import { windowTooShort } from './time/window-too-short.ts';
import { notIdle, outsideWindow } from './time/windows.ts';

const GUARDS: Readonly<Record<GuardCode, Guard>> = {
  paused,
  'mode-observe': modeObserve,
  'awaiting-approval': awaitingApproval,
  'approval-expired': approvalExpired,
  'not-leader': notLeader,
  'operation-open': operationOpen,
  'foreign-operation': foreignOperation,
  'topology-unknown': topologyUnknown,
  'outside-window': outsideWindow,
  'window-too-short': windowTooShort,
  'not-idle': notIdle,
  cooldown,
  quorum,
  'clock-jump': clockJump,
  'version-unsupported': versionUnsupported,
  'store-unavailable': storeUnavailable,
  'rolling-restart': rollingRestart,
  'no-host': noHost,
  'metrics-unknown': metricsUnknown,
  'metrics-stale': metricsStale,
  'metrics-recovering': metricsRecovering,
  'history-short': historyShort,
  'no-victim': noVictim,
  backoff,
  'limit-exceeded': limitExceeded,
  'cluster-unhealthy': clusterUnhealthy,
  'min-hold': minHold,
  'replication-floor': replicationFloor,
  'single-replica': singleReplica,
  'disk-headroom': diskHeadroom,
  'tablets-unhealthy': tabletsUnhealthy,
  'colocate-unstable': colocateUnstable,
  'schema-change-running': schemaChangeRunning,
};

const both: readonly GuardCode[] = BOTH_GUARD_CODES;
const out: readonly GuardCode[] = OUT_GUARD_CODES;
const METRICS: readonly GuardCode[] = ['metrics-unknown', 'metrics-stale', 'metrics-recovering'];

/**
 * Every guard speaks, in the order of the codes, whether or not it matters for this change; after one that `ends` it where only the
 * change is asked for none is heard any more.
 */
export function judge(
  change: Change,
  world: World,
  ends?: (verdict: GuardVerdict) => boolean,
): readonly GuardVerdict[] {
  const verdicts: GuardVerdict[] = [];
  for (const code of GUARD_CODES) {
    const { hold, detail, until, isFirm = false } = GUARDS[code](change, world);
    const holds = hold && (isFirm || world.leftOut?.includes(code) !== true);
    const direction = directionOf(code, change);
    const verdict: GuardVerdict = { code, direction, verdict: holds ? 'hold' : 'pass', detail, until };
    verdicts.push(verdict);
    if (ends?.(verdict) === true) break;
  }
  return verdicts;
}

/** The guards that stop this change, in the order of the codes. */
export function stopping(verdicts: readonly GuardVerdict[], direction: Change['direction']): readonly GuardVerdict[] {
  if (direction === undefined) return [];
  return verdicts.filter((each) => stops(each, direction));
}

export function stops({ verdict, direction: of }: GuardVerdict, direction: Change['direction']): boolean {
  return verdict === 'hold' && (of === 'both' || of === direction);
}

function directionOf(code: GuardCode, change: Change): GuardVerdict['direction'] {
  if (both.includes(code)) return 'both';
  if (out.includes(code)) return 'out';
  const asksOut =
    change.direction === 'out' && METRICS.includes(code) && change.backend !== undefined && !change.toFloor;
  return asksOut ? 'out' : 'in';
}
