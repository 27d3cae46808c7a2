import type { Proposal } from '../../domain/memory.ts';
import { nodesIn, planLine, sameNodes } from '../approval/plan.ts';
import { rejectionOf } from '../approval/rejection.ts';
import { formatLocal } from '../windows/local-time.ts';
import type { Change } from './change.ts';
import type { World } from '../world.ts';
import type { Guard, Judgement } from './guard.ts';
import { hold, pass } from './guard.ts';

/** A person said stop: for one direction, for both, or to the very growth that is wanted. */
export const paused: Guard = (change, world) => {
  const { memory, at } = world;
  const wanted = change.direction ?? 'in';
  // Of two pauses the longer one says when it lets go. One of this second, or of a clock that was ahead, holds as well.
  const [pause] = memory.pauses
    .filter(
      (each) =>
        (each.direction === 'both' || each.direction === wanted) && (each.until === undefined || each.until > at),
    )
    .toSorted((a, b) => (b.until ?? Number.MAX_VALUE) - (a.until ?? Number.MAX_VALUE));
  if (pause === undefined) return cancelledGrowth(change, world) ?? pass('not paused');
  const what = pause.direction === 'both' ? 'paused' : `scale-${pause.direction} is paused`;
  return hold(`${what} by ${pause.by}${pause.reason === '' ? '' : `: ${pause.reason}`}`, pause.until);
};

/** An addition that a person cancelled rests; in mode approve it is simply not asked for. */
function cancelledGrowth({ key, direction, current, target }: Change, world: World): Judgement | undefined {
  const { policy, memory, at } = world;
  if (direction !== 'out' || policy.mode === 'approve') return undefined;
  const no = rejectionOf({ ...key, from: current, to: target }, memory.rejections);
  if (no === undefined) return undefined;
  const until = formatLocal(no.until, policy.windows.timezone, at);
  return hold(`cancelled by ${no.by}: ${no.reason}; it rests until ${until}, or a resume`, no.until);
}

export const modeObserve: Guard = (_change, { policy, forcedObserve }) => {
  if (forcedObserve !== undefined) return hold(`only observed until a check passes: ${forcedObserve}`);
  return policy.mode === 'observe' ? hold('mode: observe decides and records only') : pass(`mode: ${policy.mode}`);
};

/** In mode approve a change waits for a yes to exactly this change. */
export const awaitingApproval: Guard = (change, world) => {
  const { policy, standing, memory, at } = world;
  if (policy.mode !== 'approve') return pass('no approval is needed');
  if (change.direction === undefined) return pass('nothing is to be approved');
  const local = (instant: number): string => formatLocal(instant, policy.windows.timezone, at);
  const asked = standing?.proposal.operation;
  const isAsked = asked?.role === change.key.role && asked.group === change.key.group;
  const no = isAsked
    ? undefined
    : rejectionOf({ ...change.key, from: change.current, to: change.target }, memory.rejections);
  if (no !== undefined) {
    const again = `asked for again ${local(no.until)}, or after a resume`;
    return { ...hold(`rejected by ${no.by}: ${no.reason}; ${again}`, no.until), isFirm: true };
  }
  if (asked === undefined) return hold('it is asked for once only the window, idleness and a yes are missing');
  const line = planLine({ ...asked, nodes: nodesIn(asked) });
  if (!isAsked) return hold(`${line} is asked for first`);
  const { given, expiresAt } = asked.approval;
  if (given === undefined) {
    return hold(`${line} waits for a yes until ${local(expiresAt)}: doris-autoscaler approve ${asked.id}`);
  }
  if (standing?.ends !== undefined || !serves(change, asked)) return hold(`approved was ${line}`);
  const part = change.direction === 'out' && change.target < asked.to ? `: ${line}, of which this is a part` : '';
  return pass(`approved by ${given.by} ${local(given.at)}${part}`);
};

/** A yes to growth is one to less of it. */
function serves({ direction, target, victims }: Change, asked: Proposal['operation']): boolean {
  if (direction === 'out') return target <= asked.to;
  return sameNodes(
    asked,
    victims.map(({ node }) => node),
  );
}

/** What was asked for is no more what would be done; this evaluation ends it, the next one asks anew. */
export const approvalExpired: Guard = ({ key }, { standing }) => {
  const asked = standing?.proposal.operation;
  const ends = asked?.role === key.role && asked.group === key.group ? standing?.ends : undefined;
  return ends === undefined
    ? pass('no approval was given for another situation')
    : hold(`${asked?.id ?? ''} is void: ${ends}`);
};

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
