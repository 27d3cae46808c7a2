import type { ClusterEvidence } from '../../../domain/evidence.ts';
import { bytesText, namesText } from '../../explain/text.ts';
import { type Finding, type RemovalQuestion, holds, passes, unread } from './check.ts';

/** Twice what BDBJE keeps back (bdbje_reserved_disk_bytes): below that no FE writes its journal any more. */
const LEAST_FREE_BYTES = 2 * 1024 ** 3;
/** BDBJE's own bound for the clocks of FEs (max_bdbje_clock_delta_ms). */
const MOST_AHEAD_MS = 5000;

/** A drain writes the journal of the FEs for every tablet that it moves. */
export function metaDisksFree(_question: RemovalQuestion, { frontendDisks }: ClusterEvidence): Finding {
  if (frontendDisks === undefined) return passes('this version does not show the disks of frontends');
  if (!frontendDisks.known) return unread('the disks of the frontends', frontendDisks);
  const [least] = frontendDisks.value.toSorted((a, b) => a.availableBytes - b.availableBytes);
  if (least === undefined) return { is: 'unread', detail: 'no frontend shows its meta directory' };
  const text = `${bytesText(least.availableBytes)} free for ${least.path} of ${least.host} (bound ${bytesText(LEAST_FREE_BYTES)})`;
  return least.availableBytes < LEAST_FREE_BYTES ? holds(text) : passes(text);
}

/** By two times of one row, the node's own and the master's: our clock takes no part. */
export function clocksAgree(_question: RemovalQuestion, { fastClocks }: ClusterEvidence): Finding {
  if (!fastClocks.known) return unread('the clocks of the nodes', fastClocks);
  const fast = fastClocks.value.filter(({ aheadMs }) => aheadMs > MOST_AHEAD_MS);
  if (fast.length === 0) return passes('no clock is seen ahead of the master');
  const names = fast.map(({ node, aheadMs }) => `${node} by ${String(Math.round(aheadMs / 1000))} s`);
  return holds(`clocks ahead of the master's: ${namesText(names)} (bound 5 s)`);
}
