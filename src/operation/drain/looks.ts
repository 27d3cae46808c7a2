import type { Look } from '../facts.ts';
import { backendIn, nodeOf } from '../nodes.ts';
import { numberIn, recordOf } from '../steps/records.ts';
import type { Context } from '../steps/step.ts';

/** A backend that has not lost a tablet for so long is asked what it still holds. */
const STANDS_MS = 60_000;
/** Up to so many tablets that takes a minute's standing, beyond them half of stallAfter: every table is asked. */
const FEW_TABLETS = 5000;
const AGAIN_MS = 30_000;
/** A statement for each backend and tablet that is named. */
const STALL_MS = 60_000;
const SELDOM_MS = 600_000;

/** What a drain rests on besides SHOW BACKENDS: the longer it stands still the more is asked, and the more seldom. */
export function drainLooks(context: Context): readonly Look[] {
  const node = nodeOf(context);
  const record = recordOf(context.operation, context.index, 'drain');
  const { topology } = context.facts;
  const row = topology.known ? backendIn(topology.value, context) : undefined;
  if (node === undefined || row === undefined) return [];
  const isFew = row.tablets <= FEW_TABLETS;
  if (record?.state === 'done') return row.tablets === 0 ? [] : [{ fact: 'residual', node, everyMs: AGAIN_MS }];
  const { stallAfterMs } = context.policy.operations;
  const lowestAt = numberIn(record?.data ?? {}, 'lowestAt') ?? context.now;
  const standingMs = row.tablets < (numberIn(record?.data ?? {}, 'lowest') ?? 0) ? 0 : context.now - lowestAt;
  const everyMs = Math.min(SELDOM_MS, Math.max(AGAIN_MS, standingMs / 15));
  const isStill = standingMs >= Math.min(STANDS_MS, stallAfterMs / 2);
  const isLong = standingMs >= stallAfterMs / 2;
  const looks: Look[] = [{ fact: 'cancelledLoads' }];
  if (row.tablets > 0 && (isFew ? isStill : isLong)) looks.push({ fact: 'residual', node, everyMs });
  if (isStill && row.tablets > 0) looks.push({ fact: 'stall', group: row.group, everyMs: Math.max(STALL_MS, everyMs) });
  if (isLong && row.tablets > 0 && isFew) looks.push({ fact: 'tables', node, everyMs: SELDOM_MS });
  return looks;
}

/** The FE's own checks before it drops a backend, where they last. */
export function dropLooks(context: Context): readonly Look[] {
  const { topology } = context.facts;
  const row = topology.known ? backendIn(topology.value, context) : undefined;
  if (row === undefined || row.tablets === 0) return [];
  return [...drainLooks(context), { fact: 'stall', group: row.group, everyMs: SELDOM_MS }];
}
