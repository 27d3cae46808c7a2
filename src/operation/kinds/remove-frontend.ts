import { mayNotLeave, noMajority } from '../../decision/ratio/quorum.ts';
import type { Topology } from '../../domain/topology.ts';
import { deadlineAt } from '../steps/deadline.ts';
import { frontendIn, isGone, nodeOf, seenTwice } from '../nodes.ts';
import { evenFollowers } from '../steps/pair-order.ts';
import { isDone, recordOf, textIn, wasTakenBack } from '../steps/records.ts';
import type { Context, Kind, Refusal, Step, Turn } from '../steps/step.ts';
import { countText, durationText } from '../text.ts';
import {
  hostCall,
  MINUTE_MS,
  missingInOneLook,
  registeredAgain,
  releaseStep,
  rowGone,
  stopStep,
  unanswered,
  usual,
} from './common.ts';
import { rememberLoads, routineLoads, sameMaster } from './frontends/after-change.ts';
import { othersOf, turnWithOther } from './frontends/pair.ts';
import { mayStillRun, portsClosed, rememberPorts, withoutProcess } from './frontends/process.ts';
import { type FrontendRole, rowOf } from './frontends/rows.ts';

const quiet: Step = {
  ...usual,
  key: 'quiet',
  title: 'wait until no client runs a query on it',
  waitsFor: 'its own SHOW PROCESSLIST shows none; looked at again if its DROP has not begun 5 min later',
  deadline: 'operations.drainQueries',
  afterDeadline: 'back',
  onClose: 'back',
  outsideWindow: false,
  fresh: { forMs: 5 * MINUTE_MS, until: 'drop' },
  looks: (context) => {
    const row = rowOf(context);
    return row?.alive === true ? [{ fact: 'queries', frontend: row.address }] : [];
  },
  skip: (context) => (isSilent(context) ? 'it is not alive, no query runs on it' : undefined),
  verify: (context) => {
    if (isSilent(context)) return { is: 'done', detail: 'it is not alive, no query runs on it' };
    const { queries } = context.facts;
    if (!queries.known) return { is: 'waiting', reason: `its queries could not be read: ${queries.reason}` };
    if (queries.value === 0) return { is: 'done', detail: 'no client runs a query on it' };
    return { is: 'waiting', reason: `${countText(queries.value)} queries run on it` };
  },
};

const clean: Step = {
  ...usual,
  key: 'clean',
  title: 'move its metadata directory aside',
  waitsFor:
    'the provisioner answered; it does so only for a directory with this ClusterId, never a root, home or shared path',
  deadline: 15 * MINUTE_MS,
  afterDeadline: 'give-up',
  retryEveryMs: 30_000,
  skip: (context) =>
    withoutProcess(context) ?? (mayStillRun(context, '') ? 'its process may still run' : registeredAgain(context)),
  effect: (context) => hostCall(context, 'reset'),
  verify: unanswered('the provisioner has not answered'),
};

export const removeObserver: Kind = {
  ...removal('OBSERVER'),
  kind: 'remove-observer',
  title: 'Remove an observer',
};

/**
 * Followers leave in pairs: both are made ready, then both are dropped one right after the other, then their hosts are seen to.
 * A dropped follower is gone, it does not stay as an observer: its metadata would have to be made anew all the same.
 */
export const removeFollower: Kind = {
  ...removal('FOLLOWER'),
  kind: 'remove-follower',
  title: 'Remove a pair of followers',
  gates: ['quiet', 'drop'],
};

function removal(role: FrontendRole): Omit<Kind, 'kind' | 'title'> {
  return {
    order: 'one-after-another',
    direction: 'in',
    steps: [
      {
        ...usual,
        key: 'quorum',
        title: 'check role, master and quorum',
        waitsFor:
          role === 'OBSERVER'
            ? 'it is OBSERVER, not the master, and a majority of followers is alive without it'
            : 'it is FOLLOWER, not the master; all that stay are alive, and at each step more than must agree',
        onClose: 'undone',
        outsideWindow: false,
        verify: (context) => {
          const refusal = refuse(context, role);
          if (refusal === undefined) return { is: 'done', detail: 'a majority of followers is alive' };
          if (refusal.end === undefined) return { is: 'waiting', reason: refusal.reason };
          return { is: 'turn', end: refusal.end, reason: refusal.reason };
        },
      },
      quiet,
      {
        ...usual,
        key: 'drop',
        title: `ALTER SYSTEM DROP ${role}`,
        waitsFor: 'the row is gone from SHOW FRONTENDS in two looks',
        deadline: 5 * MINUTE_MS,
        outsideWindow: false,
        onClose: 'back',
        skip: (context) => (isCommitted(context) ? 'the row is gone' : undefined),
        looks: () => [{ fact: 'pausedLoads' }],
        refuse: (context) => refuse(context, role),
        remember: (context) => ({ ...rememberPorts(context), ...rememberLoads(context) }),
        effect: (context) => {
          const node = nodeOf(context);
          return node === undefined
            ? undefined
            : { by: 'cluster', change: { kind: 'drop-frontend', node, role }, needsWindow: true };
        },
        verify: rowGone,
      },
      stopStep('', registeredAgain),
      portsClosed('', registeredAgain),
      clean,
      releaseStep('', (context) => (mayStillRun(context, '') ? 'its process may still run' : registeredAgain(context))),
      sameMaster({ afterDeadline: 'give-up', askAll: false }),
      routineLoads('drop'),
    ],
    undo: [
      {
        ...usual,
        key: 'undo-drop',
        title: 'see whether its DROP was carried out',
        waitsFor: 'two looks agree',
        afterDeadline: 'keep-trying',
        skip: (context) => (isDropSent(context) ? undefined : 'no DROP was sent'),
        verify: (context) =>
          seenTwice(context, (topology) => frontendIn(topology, context) !== undefined)
            ? { is: 'done', detail: 'it stays' }
            : { is: 'waiting', reason: 'the row was missing in one look' },
      },
    ],
    back: [],
    retaken: ['quiet', 'drop'],
    after: [],
    committed: isCommitted,
    turns: (context) => turnWithOther(context) ?? turns(context),
  };
}

/** Our statement was sent at some time and the row is gone: it was carried out, whatever the reply was. */
function isCommitted(context: Context): boolean {
  const { operation, index } = context;
  return isDone(operation, index, 'drop') || (isDropSent(context) && isGone(context));
}

/** At least one DROP was, or may have been, on its way. */
function isDropSent({ operation, index }: Context): boolean {
  const record = recordOf(operation, index, 'drop');
  return record !== undefined && (record.attempts > 1 || textIn(record.data, 'errorCode') !== 'not-sent');
}

function isSilent(context: Context): boolean {
  return isCommitted(context) || rowOf(context)?.alive === false;
}

function refuse(context: Context, role: FrontendRole): Refusal | undefined {
  const { topology } = context.facts;
  const row = rowOf(context);
  if (!topology.known) return undefined;
  if (row === undefined) return missingInOneLook;
  if (row.role !== role) return { end: 'cancelled', reason: `${row.address} is ${row.role}, not ${role}` };
  if (row.isMaster || row.address === topology.value.master) {
    return { end: 'cancelled', reason: `${row.address} is the master` };
  }
  const unsafe = noMajority(topology.value) ?? (role === 'FOLLOWER' ? unsafePair(context, topology.value) : undefined);
  return unsafe === undefined ? undefined : { end: 'cancelled', reason: unsafe };
}

/** Judged as a whole, before each DROP: what is left of the pair leaves in the order of the targets. */
function unsafePair(context: Context, topology: Topology): string | undefined {
  const pair = [context, ...othersOf(context)].toSorted((a, b) => a.index - b.index);
  const leaving = pair.flatMap((each) => rowOf(each)?.address ?? []);
  return mayNotLeave(topology, leaving);
}

function turns(context: Context): Turn | undefined {
  const { operation, facts, now } = context;
  const cancel = operation.cancelRequested;
  if (cancel !== undefined) return { end: 'cancelled', reason: `cancelled by ${cancel.by}: ${cancel.reason}` };
  if (isGone(context)) {
    return {
      end: 'cancelled',
      byHand: true,
      reason: `by hand: ${nodeOf(context) ?? 'it'} was dropped by someone else`,
    };
  }
  const need = facts.needAgain;
  // It may last for many windows, and nothing grows meanwhile. Half a pair that is gone is worse than growth that comes late.
  if (need !== undefined && wasTakenBack(context) && evenFollowers(context) === undefined) {
    return { end: 'cancelled', reason: `it makes room for growth: ${need.reason}` };
  }
  if (now > deadlineAt(context)) {
    return { end: 'cancelled', reason: `not done within ${durationText(operation.deadlineMs)} (operations.deadline)` };
  }
  return undefined;
}
