import { mayNotJoin } from '../../decision/ratio/quorum.ts';
import { deadlineAt } from '../steps/deadline.ts';
import { hostOf, isGone, nodeOf } from '../nodes.ts';
import { isBegun, isPassed, recordOf } from '../steps/records.ts';
import { mayAskAgain } from '../steps/retry.ts';
import type { Context, Kind, Step, Turn } from '../steps/step.ts';
import { isWindowBound } from '../steps/window-wait.ts';
import { durationText } from '../text.ts';
import { acquire, findHost, keyOf, MINUTE_MS, reset, unanswered, usual } from './common.ts';
import { rememberLoads, routineLoads, sameMaster } from './frontends/after-change.ts';
import { httpPort, join, waiting, wholePair } from './frontends/join.ts';
import { othersOf, turnWithOther } from './frontends/pair.ts';
import { type FrontendRole, rowOf, wasAlive } from './frontends/rows.ts';
import { undoPorts, undoRegister, undoRelease, undoStop } from './frontends/undo.ts';

/** Both of a pair come alive within it; what it takes beyond that only delays the oddness. */
const PAIR_MS = 10 * MINUTE_MS;

const start: Step = {
  ...usual,
  key: 'start',
  title: `start_fe.sh --helper with the master's address`,
  waitsFor: 'the provisioner answered; it refuses an FE whose http_port differs',
  deadline: 15 * MINUTE_MS,
  retryEveryMs: 30_000,
  undo: 'stop_fe.sh --grace',
  onClose: 'undone',
  outsideWindow: false,
  effect: (context) => {
    const host = hostOf(context);
    const { topology } = context.facts;
    if (host === undefined || !topology.known) return undefined;
    const { master, frontends } = topology.value;
    return {
      by: 'provisioner',
      call: {
        verb: 'start',
        role: 'frontend',
        key: keyOf(context),
        host,
        helper: master,
        httpPort: frontends.find(({ address }) => address === master)?.httpPort,
      },
    };
  },
  verify: unanswered('the provisioner has not answered'),
};

const registerFollower = register('FOLLOWER');

/** Observers come side by side; whether one stays does not depend on another. */
export const addObserver: Kind = {
  kind: 'add-observer',
  title: 'Add an observer',
  order: 'side-by-side',
  direction: 'out',
  steps: [
    acquire,
    reset,
    start,
    register('OBSERVER'),
    join('OBSERVER'),
    httpPort('give-up'),
    sameMaster({ afterDeadline: 'give-up', askAll: false }),
    routineLoads('register'),
  ],
  undo: [findHost, undoRegister('OBSERVER'), undoStop, undoPorts, undoRelease],
  back: [],
  retaken: [],
  after: [],
  committed: (context) => wasAlive(context) && !isGone(context),
  turns: (context) => turns(context, 'observer'),
};

/**
 * Followers come in pairs, and a pair comes whole or not at all. Both processes wait to be registered before the first is
 * added; the second is added once the first has caught up. In between their number is even: 4 bear one failure as 3 do, 2 bear
 * none as 1 does, but either of the two stops all writes. So that time is kept short, and when the second does not come, the
 * first is taken out again.
 *
 *   1: acquire |         reset start waiting |                     register join ... |                  pair
 *   2:         | acquire                     | reset start waiting |                 | register join ... pair
 */
export const addFollower: Kind = {
  kind: 'add-follower',
  title: 'Add a pair of followers',
  order: 'one-after-another',
  gates: ['acquire', 'waiting', 'routine-loads', 'undo-register'],
  direction: 'out',
  steps: [
    acquire,
    reset,
    start,
    waiting,
    registerFollower,
    join('FOLLOWER'),
    httpPort('turn'),
    sameMaster({ afterDeadline: 'turn', askAll: true }),
    routineLoads('register'),
    wholePair,
  ],
  undo: [findHost, undoRegister('FOLLOWER'), undoStop, undoPorts, undoRelease],
  back: [],
  retaken: [],
  after: [],
  committed: (context) => [context, ...othersOf(context)].every((each) => wasAlive(each) && !isGone(each)),
  turns: (context) => turnWithOther(context) ?? turns(context, 'follower') ?? windowClosedBefore(context),
};

function register(role: FrontendRole): Step {
  return {
    ...usual,
    key: 'register',
    title: `ALTER SYSTEM ADD ${role}`,
    waitsFor: 'SHOW FRONTENDS shows the row',
    undo:
      role === 'FOLLOWER'
        ? 'DROP FOLLOWER, in a window when it was alive; where the quorum forbids it, it stays and the number is mended in the next window'
        : 'DROP OBSERVER while it was never alive',
    outsideWindow: false,
    // The first of a pair, before which nothing has begun, turns by itself.
    onClose: role === 'FOLLOWER' ? 'waits' : 'undone',
    looks: () => [{ fact: 'pausedLoads' }],
    refuse: (context) => refuseRegister(context, role),
    effect: (context) => {
      const node = nodeOf(context);
      return node === undefined
        ? undefined
        : { by: 'cluster', change: { kind: 'add-frontend', node, role }, needsWindow: true };
    },
    remember: (context) => {
      const node = nodeOf(context);
      return node === undefined ? {} : { node, ...rememberLoads(context) };
    },
    verify: (context) => {
      const row = rowOf(context);
      if (row === undefined) return { is: 'absent', reason: 'the row is not shown yet' };
      if (row.role === role) return { is: 'done', detail: `${row.address} is registered as ${row.role}` };
      return { is: 'turn', end: 'failed', reason: `${row.address} was registered as ${row.role} by someone else` };
    },
  };
}

/** Asked before every ADD, also a repeated one: an ADD may have failed because a follower died. */
function refuseRegister(context: Context, role: FrontendRole): Turn | undefined {
  const row = rowOf(context);
  const isOurs = isBegun(context.operation, context.index, 'register');
  if (row !== undefined && !isOurs) return { end: 'failed', reason: `${row.address} was registered by someone else` };
  const { topology, window } = context.facts;
  if (role === 'OBSERVER' || !topology.known) return undefined;
  const unsafe = mayNotJoin(topology.value);
  if (unsafe !== undefined) return { end: 'cancelled', reason: unsafe };
  const others = othersOf(context);
  const isFirstOfTwo = others.length > 0 && !others.some((other) => isBegun(other.operation, other.index, 'register'));
  if (!isFirstOfTwo || !isWindowBound({ direction: 'out' }, context)) return undefined;
  const leftMs = (window.usableUntilMs ?? 0) - context.now;
  if (leftMs >= PAIR_MS) return undefined;
  return {
    end: 'cancelled',
    reason: `${durationText(leftMs)} of the window are left, a pair of followers is added in ${durationText(PAIR_MS)}`,
  };
}

/** Nothing has begun before the first ADD; after it the second waits for the next window. */
function windowClosedBefore(context: Context): Turn | undefined {
  if (context.facts.window.open || !isWindowBound({ direction: 'out' }, context)) return undefined;
  if ([context, ...othersOf(context)].some(mayBeRegistered)) return undefined;
  return { end: 'cancelled', reason: 'the window closed before a follower was added' };
}

/** Unless the cluster shows, as it must before an ADD is repeated, that ours was never carried out. */
function mayBeRegistered(context: Context): boolean {
  const record = recordOf(context.operation, context.index, 'register');
  if (record?.state !== 'intent') return isBegun(context.operation, context.index, 'register');
  return !isGone(context) || mayAskAgain(context, registerFollower, record) !== 'now';
}

function turns(context: Context, name: string): Turn | undefined {
  const { operation, index, now } = context;
  const cancel = operation.cancelRequested;
  if (cancel !== undefined) return { end: 'cancelled', reason: `cancelled by ${cancel.by}: ${cancel.reason}` };
  if (isPassed(recordOf(operation, index, 'register')) && isGone(context)) {
    return {
      end: 'cancelled',
      byHand: true,
      reason: `by hand: ${name} ${nodeOf(context) ?? ''} was dropped by someone else`,
    };
  }
  if (now > deadlineAt(context)) {
    return { end: 'failed', reason: `not done within ${durationText(operation.deadlineMs)} (operations.deadline)` };
  }
  return undefined;
}
