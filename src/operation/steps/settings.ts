import type { EpochMs } from '../../domain/instant.ts';
import type { Operation, StepRecord } from '../../domain/operation.ts';
import type { ClusterPolicy } from '../../domain/policy.ts';
import type { Effect } from './effect.ts';
import type { Look } from '../facts.ts';
import { masterIdentity, nodeOf } from '../nodes.ts';
import { isForeign, isOurs, settingsOf, withSet } from './kept-settings.ts';
import { begin, isBegun, isPassed, recordOf, WHOLE } from './records.ts';
import { AFTER_DOUBT_MS } from './retry.ts';
import type { Context, Situation, Verdict } from './step.ts';

/** While false the FE leaves a drained backend registered until we let it go. */
export const DROP_FLAG = 'drop_backend_after_decommission';

/** A set that was refused, or that did not show, is tried again after this long. */
const ASK_AGAIN_MS = 10_000;
/** A set without proof shows after this long, if it was carried out: what is read of the settings is up to 10 s old. */
const LATE_MS = AFTER_DOUBT_MS + 10_000;

export interface SettingChange {
  readonly record: StepRecord;
  readonly effect: Effect;
}

/**
 * FE settings that stand changed while an operation is open. The journal's record `all.settings` keeps the values found
 * before the first change and the values set last. Values live in the master's memory, so they are set again when another
 * process is master; a value that someone else changed meanwhile is left to him, except for the drop flag, which keeps the FE
 * from dropping a backend in the middle of the day.
 */
export function changeSettings(situation: Situation): SettingChange | { readonly record: StepRecord } | undefined {
  const { operation, facts, policy, now } = situation;
  if (!facts.configs.known || !facts.topology.known) return undefined;
  const present = facts.configs.value;
  const record = recordOf(operation, WHOLE, 'settings');
  const restoring = isRestoring(operation);
  const wants = restoring ? {} : wantedSettings(situation);
  if (record === undefined) {
    if (restoring || !areAsked(situation)) return undefined;
    const found = Object.fromEntries(
      managedKeys(operation, policy).flatMap((key) => (present[key] === undefined ? [] : [[key, present[key]]])),
    );
    const first = begin(operation, WHOLE, 'settings', now, 'the values found are written down');
    return { record: { ...first, data: { found, ours: {}, setOn: {}, askedAt: {} } } };
  }
  if (record.state !== 'intent') return undefined;
  const kept = settingsOf(record);
  const identity = masterIdentity(facts.topology.value);
  const change = (key: string, value: string, ours: string, found = kept.found): SettingChange => ({
    record: {
      ...record,
      attempts: record.attempts + 1,
      detail: `${key} = ${value}`,
      data: withSet({ ...kept, found }, { key, ours, identity, now }, present),
    },
    effect: {
      by: 'cluster',
      change: { kind: 'set-config', key, value },
      needsWindow: key === DROP_FLAG && value === 'true' && !restoring,
    },
  });
  const recently = (key: string): boolean => now - Number(kept.askedAt[key] ?? 0) < ASK_AGAIN_MS;
  const isUnproven = (key: string): boolean => kept.stood[key] !== undefined;

  if (restoring) {
    for (const [key, ours] of Object.entries(kept.ours)) {
      const found = kept.found[key];
      if (found === undefined || found === present[key] || !isOurs(kept, key, present[key])) continue;
      if (wouldDropNow(situation, key, found)) continue;
      const isAsked = Number(kept.askedAt[key] ?? 0) >= restoringSince(operation);
      if ((isAsked || isUnproven(key)) && recently(key)) continue;
      return change(key, found, ours);
    }
    return undefined;
  }
  for (const [key, want] of Object.entries(wants)) {
    if (kept.found[key] === undefined || present[key] === want) continue;
    if (isUnproven(key) && recently(key)) continue;
    // A value set with ALL outlives its master: what someone else had set is no reset.
    const isReset = kept.ours[key] !== undefined && kept.setOn[key] !== identity && present[key] !== kept.theirs[key];
    const theirs = isReset || !isForeign(kept, key, present[key]) ? undefined : present[key];
    if (theirs !== undefined && key !== DROP_FLAG) {
      if (kept.theirs[key] === theirs) continue;
      return { record: { ...record, data: { ...record.data, theirs: { ...kept.theirs, [key]: theirs } } } };
    }
    if (kept.ours[key] === want && recently(key)) continue;
    // The flag is held against them, and at the end as they set it.
    return change(key, want, want, theirs === undefined ? kept.found : { ...kept.found, [key]: theirs });
  }
  return undefined;
}

/** Once it was looked at what there is to put back, nothing is changed any more, also when that was nothing. */
function isRestoring(operation: Operation): boolean {
  return recordOf(operation, WHOLE, 'restore') !== undefined;
}

/** What was asked for from then on was to be put back; before it was wanted. */
function restoringSince(operation: Operation): EpochMs {
  return recordOf(operation, WHOLE, 'restore')?.startedAt ?? Infinity;
}

/** Whether the settings that are wanted now stand, for the steps that wait for them. */
export function settingsVerdict(situation: Situation, keys: readonly string[]): Verdict {
  const { facts } = situation;
  if (!facts.configs.known)
    return { is: 'waiting', reason: `the FE's settings could not be read: ${facts.configs.reason}` };
  const record = recordOf(situation.operation, WHOLE, 'settings');
  if (record === undefined) return { is: 'waiting', reason: 'the settings found are being written down', pollMs: 0 };
  const kept = settingsOf(record);
  const wants = wantedSettings(situation);
  const present = facts.configs.value;
  const missing = keys.filter((key) => {
    const want = wants[key];
    if (want === undefined || kept.found[key] === undefined || present[key] === want) return false;
    return key === DROP_FLAG || !isForeign(kept, key, present[key]);
  });
  const absent = keys.filter((key) => wants[key] !== undefined && kept.found[key] === undefined);
  if (missing.length === 0 && absent.length < Math.max(1, keys.length)) {
    const shown = keys.flatMap((key) => (present[key] === undefined ? [] : [`${key} = ${present[key]}`]));
    return { is: 'done', detail: shown.join(', ') };
  }
  if (missing.length === 0) return { is: 'failed', detail: `this version has no ${absent.join(', ')}` };
  const reasons = missing.map((key) => {
    const error = kept.errors[key];
    return `${key} = ${wants[key] ?? ''} ${error === undefined ? 'is not shown yet' : `was refused: ${error}`}`;
  });
  return { is: 'waiting', reason: reasons.join(', ') };
}

/** Done once nothing of ours is left that differs from what was found. */
export function restoredVerdict(situation: Situation): Verdict {
  const { facts, operation } = situation;
  const record = recordOf(operation, WHOLE, 'settings');
  if (record === undefined) return { is: 'done', detail: 'no setting was changed' };
  if (!facts.configs.known)
    return { is: 'waiting', reason: `the FE's settings could not be read: ${facts.configs.reason}` };
  const present = facts.configs.value;
  const kept = settingsOf(record);
  const changed = Object.keys(kept.ours);
  const left = changed.filter((key) => present[key] !== kept.found[key] && isOurs(kept, key, present[key]));
  if (left.some((key) => wouldDropNow(situation, key, kept.found[key]))) {
    return {
      is: 'waiting',
      reason: `${DROP_FLAG} back to true waits for a window: a backend is leaving`,
      pollMs: 30_000,
    };
  }
  if (left.length > 0) {
    const reasons = left.map((key) => {
      const error = kept.errors[key];
      return `${key} back to ${kept.found[key] ?? ''}${error === undefined ? '' : `: ${error}`}`;
    });
    return { is: 'waiting', reason: reasons.join(', ') };
  }
  const late = changed.find(
    (key) => kept.stood[key] !== undefined && situation.now - Number(kept.askedAt[key] ?? 0) < LATE_MS,
  );
  if (late !== undefined) return { is: 'waiting', reason: `whether ${late} is still set by a statement of ours` };
  const others = changed.filter((key) => present[key] !== kept.found[key]);
  const back = changed
    .filter((key) => present[key] === kept.found[key])
    .map((key) => `${key} = ${kept.found[key] ?? ''}`);
  const detail = [
    back.join(', '),
    others.length === 0 ? '' : `${others.join(', ')} was changed by someone else and stays`,
  ];
  return { is: 'done', detail: detail.filter((part) => part !== '').join('; ') || 'no setting was changed' };
}

/**
 * The flag lets the FE drop whatever is drained, also what someone else decommissioned since: by day only when none is leaving.
 * Ours is not any more: its CANCEL DECOMMISSION was verified, or it is gone.
 */
function wouldDropNow({ facts }: Situation, key: string, value: string | undefined): boolean {
  if (key !== DROP_FLAG || value !== 'true' || facts.window.open) return false;
  return !facts.topology.known || facts.topology.value.backends.some((backend) => backend.decommissioned);
}

/** The settings that an operation of this kind may change. */
export function managedKeys(operation: Operation, policy: ClusterPolicy): readonly string[] {
  if (operation.role !== 'backend') return [];
  const speed = speedKeys({ operation, policy });
  return operation.kind === 'remove-backend' ? [...speed, DROP_FLAG] : speed;
}

/** Of the keys that the policy names those that matter: schedule slots drive a drain, balance slots only what follows an add. */
export function speedKeys({ operation, policy }: Pick<Situation, 'operation' | 'policy'>): readonly string[] {
  const { inWindow, outside } = policy.migration;
  const prefix = operation.kind === 'add-backend' ? 'balance_' : 'schedule_';
  return [...new Set([...Object.keys(inWindow ?? {}), ...Object.keys(outside ?? {})])]
    .filter((key) => key.startsWith(prefix))
    .toSorted();
}

export function settingsLook(situation: Situation): readonly Look[] {
  const { operation, policy } = situation;
  if (!isRestoring(operation) && !areAsked(situation)) return [];
  const record = recordOf(operation, WHOLE, 'settings');
  // A policy may have dropped a key since it was changed: it is put back all the same.
  const changed = record === undefined ? [] : Object.keys(settingsOf(record).ours);
  const keys = [...new Set([...managedKeys(operation, policy), ...changed])];
  if (keys.length === 0) return [];
  return [{ fact: 'configs', keys }, ...(mayGoBelow(situation) ? [{ fact: 'migration' } as const] : [])];
}

/** Whether the speed outside windows, or of a stall, lies below what was found: then it matters who else needs the slots. */
function mayGoBelow(situation: Situation): boolean {
  if (isRestoring(situation.operation)) return false;
  const profile = speedProfile(situation);
  const record = recordOf(situation.operation, WHOLE, 'settings');
  const found = record === undefined ? {} : settingsOf(record).found;
  return speedKeys(situation).some((key) => {
    const value = profile?.[key as keyof typeof profile];
    return value !== undefined && found[key] !== undefined && value < Number(found[key]);
  });
}

/** Whether a step goes by settings, also by those that stay as they were found: what was found must be known first. */
function areAsked(situation: Situation): boolean {
  const speeds = isSpeedAsked(situation) && speedKeys(situation).length > 0;
  return speeds || Object.keys(wantedSettings(situation)).length > 0;
}

function isSpeedAsked({ operation }: Situation): boolean {
  return operation.targets.some((_, index) => isBegun(operation, index, 'speed'));
}

/** What the settings should be now: speed while a step asked for it, the drop flag as the current target stands. */
export function wantedSettings(situation: Situation): Readonly<Record<string, string>> {
  const { operation } = situation;
  const wants: Record<string, string> = {};
  if (isSpeedAsked(situation)) Object.assign(wants, wantedSpeed(situation));
  if (operation.kind === 'remove-backend') {
    const flag = operation.targets
      .map((_, index) => wantedDrop(operation, index))
      .findLast((want) => want !== undefined);
    if (flag !== undefined) wants[DROP_FLAG] = flag;
    else if (standsOpen(operation)) wants[DROP_FLAG] = 'false';
  }
  return wants;
}

/** Found as false it is so again once ours is dropped: the host may take long, and others drain backends, too. */
function standsOpen(operation: Operation): boolean {
  const record = recordOf(operation, WHOLE, 'settings');
  if (record === undefined) return false;
  const { found, ours } = settingsOf(record);
  return found[DROP_FLAG] === 'false' && ours[DROP_FLAG] === 'true';
}

function wantedDrop(operation: Operation, index: number): 'true' | 'false' | undefined {
  if (!isBegun(operation, index, 'hold-drop')) return undefined;
  const turned = isBegun(operation, index, 'turn');
  if (turned) return isPassed(recordOf(operation, index, 'undo-decommission')) ? undefined : 'false';
  if (recordOf(operation, index, 'back')?.state === 'intent') return 'false';
  const letDrop = recordOf(operation, index, 'let-drop');
  if (letDrop?.state === 'done') return undefined;
  return letDrop?.state === 'intent' ? 'true' : 'false';
}

function speedProfile({ operation, facts, policy }: Situation): ClusterPolicy['migration']['inWindow'] {
  const throttled = operation.steps.some(
    ({ key, state, data }) => key.endsWith('.drain') && state === 'intent' && data['throttled'] === true,
  );
  const fast =
    (facts.window.open || (operation.role === 'backend' && policy.windows.onClose === 'finish')) && !throttled;
  return fast ? policy.migration.inWindow : policy.migration.outside;
}

function wantedSpeed(situation: Situation): Record<string, string> {
  const { operation } = situation;
  const profile = speedProfile(situation);
  const record = recordOf(operation, WHOLE, 'settings');
  const found = record === undefined ? {} : settingsOf(record).found;
  const wants: Record<string, string> = {};
  for (const key of speedKeys(situation)) {
    const named = profile?.[key as keyof typeof profile];
    const before = found[key];
    if (named === undefined) {
      if (before !== undefined) wants[key] = before;
      continue;
    }
    const below = before !== undefined && named < Number(before);
    wants[key] = below && !restIsHealthy(situation) ? before : String(named);
  }
  return wants;
}

/**
 * Repair uses the same slots as a drain, so they go below the found value only while every other backend is alive and nothing
 * but our drain misses replicas. Unknown is not healthy.
 */
function restIsHealthy(situation: Situation): boolean {
  const { operation, facts } = situation;
  if (!facts.topology.known || !facts.migration.known || facts.migration.value.repairs > 0) return false;
  const own = operation.targets.map((target, index) => nodeOf({ ...situation, index, target } satisfies Context));
  return facts.topology.value.backends
    .filter((backend) => !own.includes(backend.address))
    .every((backend) => backend.alive && backend.heartbeatFailures === 0 && !backend.shutdown);
}
