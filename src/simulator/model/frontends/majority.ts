import { canElect, hasMajority, masterOf } from '../queries.ts';
import type { ClusterState } from '../state.ts';

/** The others notice a closed connection and elect within two seconds; a cut they only notice by their time-outs. */
const ELECTION_MS = 2_000;
const CUT_ELECTION_MS = 30_000;

/**
 * To be called after frontends came, went, died or were cut off: changes that waited for a majority are written, or an election
 * begins.
 */
export function settleMajority(state: ClusterState): void {
  if (masterOf(state) !== undefined) {
    state.electionAtMs = undefined;
    if (hasMajority(state)) finishWaitingWrites(state);
    return;
  }
  if (!canElect(state)) state.electionAtMs = undefined;
  else state.electionAtMs ??= state.nowMs + (state.frontends.some(isCutOffMaster) ? CUT_ELECTION_MS : ELECTION_MS);
}

function isCutOffMaster({ claimsMaster }: { readonly claimsMaster: boolean }): boolean {
  return claimsMaster;
}

function finishWaitingWrites(state: ClusterState): void {
  state.heartbeats.blockedSinceMs = undefined;
  for (const write of state.waitingWrites.splice(0)) {
    write.outcome = 'done';
    write.apply?.();
  }
}

/** With their master, or with the majority that another master has: nobody ever wrote them. */
export function loseWaitingWrites(state: ClusterState): void {
  for (const write of state.waitingWrites.splice(0).toReversed()) {
    write.outcome = 'lost';
    write.undo?.();
    state.options.observe?.({ kind: 'write-lost', atMs: state.nowMs, text: write.text });
  }
}

/** When a master of 2.1 gives up: its first entry without a majority has waited too long. */
export function masterEndsAtMs(state: ClusterState): number | undefined {
  const { masterEndsOnLostMajorityMs: patienceMs } = state.profile;
  if (patienceMs === undefined || masterOf(state) === undefined || hasMajority(state)) return undefined;
  const sinceMs = Math.min(
    state.heartbeats.blockedSinceMs ?? Number.POSITIVE_INFINITY,
    state.waitingWrites[0]?.sinceMs ?? Number.POSITIVE_INFINITY,
  );
  return Number.isFinite(sinceMs) ? sinceMs + patienceMs : undefined;
}
