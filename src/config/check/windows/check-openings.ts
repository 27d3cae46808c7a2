import { nextWindow, windowAt, effectiveWindows } from '../../../decision/windows/effective.ts';
import { eachInstance } from '../../../decision/windows/instances.ts';
import { formatLocal } from '../../../decision/windows/local-time.ts';
import type { EpochMs } from '../../../domain/instant.ts';
import type { WindowEntry, WindowsPolicy } from '../../../domain/window.ts';
import type { Finding } from '../../problem.ts';
import { error, warning } from '../../problem.ts';
import type { Locate } from '../../source/located.ts';

const DAY_MS = 86_400_000;
const NEAR_MS = 400 * DAY_MS;
/** 29 February on a given weekday comes every forty years at the latest. */
const FAR_MS = 41 * 366 * DAY_MS;

/**
 * Whether the windows ever open again: an error when none does, a warning for a single entry that does nothing any more.
 * Every entry has passed its own checks.
 */
export function checkOpenings(policy: WindowsPolicy, locate: Locate, at: EpochMs): readonly Finding[] {
  const idle = (['allow', 'deny'] as const).flatMap((list) =>
    policy[list].flatMap((entry, index) => checkEntryOpens(entry, policy.timezone, locate.at(list, index), at)),
  );
  const next = windowAt(policy, at) ?? nextWindow(policy, at, NEAR_MS) ?? nextWindow(policy, at, FAR_MS);
  if (next === undefined) {
    const why =
      policy.always || policy.allow.length > 0
        ? 'no window ever opens again'
        : 'the list is empty, so no window ever opens';
    const right =
      policy.deny.length > 0 ? 'look at from, until and deny' : 'write at least one window, or always: true';
    return [error(locate(policy.always ? 'deny' : 'allow'), why, right), ...idle];
  }
  const soon = effectiveWindows(policy, { startMs: at, endMs: at + NEAR_MS });
  if (soon.length > 0 && soon.every(({ usableFromMs, usableUntilMs }) => usableUntilMs <= usableFromMs)) {
    return [
      warning(
        locate('guard'),
        'no window of the next 400 days is longer than guard, so nothing would ever start',
        'lower guard or lengthen the windows',
      ),
      ...idle,
    ];
  }
  return idle;
}

function checkEntryOpens(entry: WindowEntry, timezone: string, locate: Locate, at: EpochMs): readonly Finding[] {
  if (opensWithin(entry, timezone, at, NEAR_MS) || opensWithin(entry, timezone, at, FAR_MS)) return [];
  const today = formatLocal(at, timezone).slice(0, 'YYYY-MM-DD'.length);
  const past = entry.until !== undefined && entry.until < today;
  const message = past ? `"${entry.name}" is past` : `"${entry.name}" never begins`;
  return [warning(locate(), message, 'this entry does nothing; leave it out')];
}

function opensWithin(entry: WindowEntry, timezone: string, at: EpochMs, withinMs: number): boolean {
  for (const { startMs, endMs } of eachInstance(entry, timezone, { startMs: at, endMs: at + withinMs })) {
    if (endMs > startMs) return true;
  }
  return false;
}
