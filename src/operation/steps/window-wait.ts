import type { EpochMs } from '../../domain/instant.ts';
import type { Operation, StepRecord } from '../../domain/operation.ts';
import { DROP_FLAG, wantedSettings } from './settings.ts';
import { begin, numberIn, recordOf, settle, WHOLE } from './records.ts';
import type { Kind, Situation } from './step.ts';

/** Adds may be allowed at any time, by the policy or by the emergency that admitted this one. */
export function isWindowBound(kind: Pick<Kind, 'direction'>, situation: Situation): boolean {
  if (kind.direction === 'in') return true;
  if (situation.policy.windows.scaleOut === 'anytime') return false;
  return recordOf(situation.operation, WHOLE, 'admission')?.data['window'] !== 'emergency';
}

const POLL_MS = 30_000;
const FRAGILE_POLL_MS = 5000;
/** Versions without ADMIN SET ALL: what is set is lost with its master. */
const NO_ALL_FORM = /^2\.(?:0\.(?:\d|10)|1\.[0-4])$/;

/** How often the cluster is looked at meanwhile: a new master that would drop what is drained must not stand for long. */
export function windowPollMs(situation: Situation): number {
  const { topology } = situation.facts;
  const holds = wantedSettings(situation)[DROP_FLAG] === 'false';
  return holds && topology.known && NO_ALL_FORM.test(topology.value.version) ? FRAGILE_POLL_MS : POLL_MS;
}

/** Time spent waiting for windows so far; it does not count against the operation's deadline. */
export function waitedForWindowMs(operation: Operation, now: EpochMs): number {
  const record = recordOf(operation, WHOLE, 'window');
  if (record === undefined) return 0;
  const before = numberIn(record.data, 'waitedMs') ?? 0;
  return record.state === 'intent' ? before + Math.max(0, now - record.startedAt) : before;
}

/** The journal's line at the beginning and at the end of a wait, so that a restart in between counts it whole. */
export function noteWindowWait(operation: Operation, waiting: boolean, now: EpochMs): StepRecord | undefined {
  const record = recordOf(operation, WHOLE, 'window');
  const noted = record?.state === 'intent';
  if (waiting === noted) return undefined;
  if (waiting) {
    const first = begin(operation, WHOLE, 'window', now, 'waits for the next window');
    return { ...first, data: { waitedMs: numberIn(record?.data ?? {}, 'waitedMs') ?? 0 } };
  }
  if (record === undefined) return undefined;
  return settle(record, 'done', now, 'a window is open', { waitedMs: waitedForWindowMs(operation, now) });
}
