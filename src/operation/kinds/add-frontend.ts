import { deadlineAt } from '../drain/watch-drain.ts';
import { frontendIn, hostOf, isGone, isNeverAliveFrontend, nodeOf, saysOtherCluster, seenTwice } from '../nodes.ts';
import { isBegun, isDone, isPassed, numberIn, recordOf } from '../steps/records.ts';
import type { Context, Kind, Step, Turn } from '../steps/step.ts';
import { countText, durationText } from '../text.ts';
import {
  acquire,
  findHost,
  keyOf,
  MINUTE_MS,
  releaseStep,
  reset,
  stopStep,
  unanswered,
  usual,
  whenUnregistered,
} from './common.ts';

/** Observers and followers join in the same way; what a follower adds to the quorum is decided before. */
export function addFrontend(role: 'OBSERVER' | 'FOLLOWER'): Kind {
  const name = role === 'OBSERVER' ? 'observer' : 'follower';
  return {
    kind: role === 'OBSERVER' ? 'add-observer' : 'add-follower',
    title: role === 'OBSERVER' ? 'Add an observer' : 'Add a follower',
    order: 'side-by-side',
    direction: 'out',
    steps: [
      acquire,
      reset,
      {
        ...usual,
        key: 'start',
        title: `start_fe.sh --helper with the master's address`,
        waitsFor: 'the provisioner answered; it refuses an FE whose http_port differs',
        deadline: 15 * MINUTE_MS,
        retryEveryMs: 30_000,
        undo: 'stop_fe.sh --grace',
        onClose: 'undone',
        outsideWindow: false,
        effect: startEffect,
        verify: unanswered('the provisioner has not answered'),
      },
      {
        ...usual,
        key: 'register',
        title: `ALTER SYSTEM ADD ${role}`,
        waitsFor: 'SHOW FRONTENDS shows the row',
        undo: `DROP ${role} while it was never alive`,
        outsideWindow: false,
        onClose: 'undone',
        refuse: (context) => refuseRegister(context, role),
        effect: (context) => {
          const node = nodeOf(context);
          return node === undefined
            ? undefined
            : { by: 'cluster', change: { kind: 'add-frontend', node, role }, needsWindow: true };
        },
        remember: (context) => {
          const node = nodeOf(context);
          return node === undefined ? {} : { node };
        },
        verify: (context) => {
          const row = rowOf(context);
          if (row === undefined) return { is: 'absent', reason: 'the row is not shown yet' };
          return { is: 'done', detail: `${row.address} is registered as ${row.role}` };
        },
      },
      join,
      httpPort,
    ],
    undo: [findHost, undoRegister(role), stopStep('undo-', whenUnregistered('start')), undoRelease],
    back: [],
    retaken: [],
    after: [],
    committed: (context) => wasAlive(context) && !isGone(context),
    turns: (context) => turns(context, name),
  };
}

const join: Step = {
  ...usual,
  key: 'join',
  title: 'wait until it has joined and caught up',
  waitsFor:
    'SHOW FRONTENDS shows Join and Alive, and its journal has passed the position that the master had when it came alive',
  deadline: 30 * MINUTE_MS,
  verify: (context, record) => {
    const row = rowOf(context);
    const { topology } = context.facts;
    if (row === undefined || !topology.known) return { is: 'waiting', reason: 'the row was missing in one look' };
    if (!wasAlive(context) && seenTwice(context, (look) => saysOtherCluster(frontendIn(look, context)))) {
      return { is: 'turn', end: 'failed', reason: `${row.address} is a cluster of its own: ${row.errorMessage}` };
    }
    if (!row.joined || !row.alive) {
      const why = row.errorMessage === '' ? '' : `: ${row.errorMessage}`;
      return {
        is: 'waiting',
        reason: `${row.address} ${row.joined ? 'is not alive yet' : 'has not joined yet'}${why}`,
      };
    }
    const target = numberIn(record.data, 'journalTarget');
    const master = topology.value.frontends.find((frontend) => frontend.isMaster);
    if (target === undefined) {
      if (master === undefined) return { is: 'waiting', reason: 'no master is shown' };
      return { is: 'note', data: { wasAlive: true, journalTarget: master.replayedJournalId } };
    }
    const behind = target - row.replayedJournalId;
    if (behind <= 0) return { is: 'done', detail: `joined, alive, journal at ${countText(row.replayedJournalId)}` };
    return { is: 'waiting', reason: `${row.address} is ${countText(behind)} journal entries behind` };
  },
};

const httpPort: Step = {
  ...usual,
  key: 'http-port',
  title: 'check its http_port',
  waitsFor: 'it answers on the http_port of the others',
  deadline: 2 * MINUTE_MS,
  afterDeadline: 'give-up',
  looks: (context) => {
    const row = rowOf(context);
    return row === undefined ? [] : [{ fact: 'port', host: row.host, port: row.httpPort }];
  },
  verify: (context) => {
    const row = rowOf(context);
    if (row === undefined) return { is: 'waiting', reason: 'the row was missing in one look' };
    const name = `${row.host}:${String(row.httpPort)}`;
    if (context.facts.portsOpen[name] === true) return { is: 'done', detail: `${name} answers` };
    return { is: 'waiting', reason: `nothing answers on ${name}: its http_port must be that of the other FEs` };
  },
};

const undoRelease = releaseStep('undo-', (context) => {
  const stop = recordOf(context.operation, context.index, 'undo-stop');
  return stop?.state === 'failed' ? 'its process may still run' : whenUnregistered('acquire')(context);
});

function undoRegister(role: 'OBSERVER' | 'FOLLOWER'): Step {
  return {
    ...usual,
    key: 'undo-register',
    title: `ALTER SYSTEM DROP ${role}, never alive`,
    waitsFor: 'the row is gone from SHOW FRONTENDS in two looks',
    afterDeadline: 'give-up',
    skip: (context) => {
      if (!isBegun(context.operation, context.index, 'register')) return 'it was not registered';
      return isGone(context) ? 'its row is gone' : undefined;
    },
    refuse: (context) => {
      const harmless = seenTwice(context, (topology) => {
        const row = frontendIn(topology, context);
        return row === undefined || isNeverAliveFrontend(row);
      });
      if (harmless && !wasAlive(context)) return undefined;
      return { end: 'failed', reason: 'it was alive: only a removal may take it out' };
    },
    effect: (context) => {
      const node = nodeOf(context);
      return node === undefined
        ? undefined
        : { by: 'cluster', change: { kind: 'drop-frontend', node, role }, needsWindow: false };
    },
    verify: (context) =>
      isGone(context) ? { is: 'done', detail: 'the row is gone' } : { is: 'absent', reason: 'the row is still there' },
  };
}

function startEffect(context: Context): ReturnType<NonNullable<Step['effect']>> {
  const host = hostOf(context);
  const { topology } = context.facts;
  if (host === undefined || !topology.known) return undefined;
  return {
    by: 'provisioner',
    call: {
      verb: 'start',
      role: 'frontend',
      key: keyOf(context),
      host,
      helper: topology.value.master,
      httpPort: topology.value.frontends.find(({ address }) => address === topology.value.master)?.httpPort,
    },
  };
}

function refuseRegister(context: Context, role: 'OBSERVER' | 'FOLLOWER'): Turn | undefined {
  if (isBegun(context.operation, context.index, 'register')) return undefined;
  const row = rowOf(context);
  if (row !== undefined) return { end: 'failed', reason: `${row.address} was registered by someone else` };
  const { topology } = context.facts;
  if (role === 'OBSERVER' || !topology.known) return undefined;
  const dead = topology.value.frontends.filter((frontend) => frontend.role === 'FOLLOWER' && !frontend.alive);
  if (dead.length === 0) return undefined;
  return {
    end: 'cancelled',
    reason: `follower ${dead[0]?.address ?? ''} is not alive: a new one would weaken the quorum`,
  };
}

function wasAlive(context: Context): boolean {
  const { operation, index } = context;
  if (isDone(operation, index, 'join') || recordOf(operation, index, 'join')?.data['wasAlive'] === true) return true;
  if (!isBegun(operation, index, 'register')) return false;
  const row = rowOf(context);
  return row !== undefined && !isNeverAliveFrontend(row);
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

function rowOf(context: Context): ReturnType<typeof frontendIn> {
  return context.facts.topology.known ? frontendIn(context.facts.topology.value, context) : undefined;
}
