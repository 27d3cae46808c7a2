import type { Guard } from './guard.ts';
import { hold, pass } from './guard.ts';

/** A person said stop, for one direction or both. */
export const paused: Guard = ({ direction }, { memory, at }) => {
  const wanted = direction ?? 'in';
  const pause = memory.pauses.find(
    (each) =>
      (each.direction === 'both' || each.direction === wanted) &&
      each.since <= at &&
      (each.until === undefined || each.until > at),
  );
  if (pause === undefined) return pass('not paused');
  const what = pause.direction === 'both' ? 'paused' : `scale-${pause.direction} is paused`;
  return hold(`${what} by ${pause.by}${pause.reason === '' ? '' : `: ${pause.reason}`}`, pause.until);
};

export const modeObserve: Guard = (_change, { policy, forcedObserve }) => {
  if (forcedObserve !== undefined) return hold(`only observed until a check passes: ${forcedObserve}`);
  return policy.mode === 'observe' ? hold('mode: observe decides and records only') : pass(`mode: ${policy.mode}`);
};

export const awaitingApproval: Guard = (_change, { policy }) =>
  policy.mode === 'approve' ? hold('mode: approve waits for a yes') : pass('no approval is needed');

/** Approvals live in operations of the state proposed; none is open while a decision is made. */
export const approvalExpired: Guard = () => pass('no approval was given for another situation');

export const notLeader: Guard = (_change, { observation }) =>
  observation.leader ? pass('this daemon leads the cluster') : hold('another daemon leads this cluster');

export const storeUnavailable: Guard = (_change, { observation }) =>
  observation.storeWritable
    ? pass('the store can be written')
    : hold('the store cannot be written: no intent could be kept');

export const clockJump: Guard = (_change, { observation }) =>
  observation.clockJumped
    ? hold('the wall clock jumped by more than 2 min since the last tick: nothing begins on this tick')
    : pass('the wall clock goes on evenly');
