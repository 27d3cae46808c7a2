import type { SqlAnswer } from '../cluster.ts';
import { hasMajority, masterOf } from '../model/queries.ts';
import { rememberNodes } from '../model/undo.ts';
import type { WaitingWriteState } from '../model/frontends/waiting-write.ts';
import { OK } from './answer/errors.ts';
import { connectionReset } from './forwarding.ts';
import type { Execution } from './statement.ts';

/**
 * A change of the metadata. Without a majority of followers its answer waits: from 3.0 with the effect visible already, in
 * 2.1 without, until a follower is back or the master ends (in 2.1 by itself) and takes the change with it.
 */
export function write({ state, session, frontend, text }: Execution, effect: () => void): SqlAnswer {
  if (frontend !== masterOf(state)) return neverWritten(frontend);
  if (hasMajority(state)) {
    effect();
    return OK;
  }
  const waiting: WaitingWriteState = {
    text,
    sinceMs: state.nowMs,
    outcome: 'waiting',
    ...(state.profile.masterEndsOnLostMajorityMs === undefined ? { undo: rememberNodes(state) } : { apply: effect }),
  };
  if (waiting.undo !== undefined) effect();
  state.waitingWrites.push(waiting);
  return {
    kind: 'pending',
    poll: () => {
      if (waiting.outcome === 'done') return OK;
      if (waiting.outcome === 'waiting' && frontend.process === 'up') return undefined;
      // The master is gone, and with it the connection: the client's own, or that of the FE which passed the statement on.
      return frontend.host === session.frontendHost ? { kind: 'close' } : connectionReset(state, frontend);
    },
  };
}

/** A master that was cut off and has a successor: its change is dropped when it finds out. */
function neverWritten(frontend: Execution['frontend']): SqlAnswer {
  return { kind: 'pending', poll: () => (frontend.claimsMaster ? undefined : { kind: 'close' }) };
}
