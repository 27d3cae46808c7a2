import { deadlineAt } from '../drain/watch-drain.ts';
import type { Look } from '../facts.ts';
import { frontendIn, hostOf, isGone, nodeOf } from '../nodes.ts';
import { isDone, numberIn, recordOf, textIn } from '../steps/records.ts';
import type { Context, Kind, Step, Turn } from '../steps/step.ts';
import { countText, durationText } from '../text.ts';
import { hostCall, MINUTE_MS, registeredAgain, releaseStep, stopStep, unanswered, usual } from './common.ts';

/** Observers and followers leave in the same way; only a follower's leaving touches the quorum. */
export function removeFrontend(role: 'OBSERVER' | 'FOLLOWER'): Kind {
  return {
    kind: role === 'OBSERVER' ? 'remove-observer' : 'remove-follower',
    title: role === 'OBSERVER' ? 'Remove an observer' : 'Remove a follower',
    order: 'one-after-another',
    direction: 'in',
    steps: [
      {
        ...usual,
        key: 'quorum',
        title: 'check role, master and quorum',
        waitsFor: `it is ${role}, not the master, and a majority of followers is alive without it`,
        onClose: 'undone',
        outsideWindow: false,
        verify: (context) => {
          const refusal = refuse(context, role);
          return refusal === undefined
            ? { is: 'done', detail: 'a majority of followers is alive' }
            : { is: 'turn', end: refusal.end, reason: refusal.reason };
        },
      },
      {
        ...usual,
        key: 'quiet',
        title: 'wait until no client runs a query on it',
        waitsFor: 'its own SHOW PROCESSLIST shows none',
        deadline: 'operations.drainQueries',
        afterDeadline: 'back',
        onClose: 'back',
        outsideWindow: false,
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
      },
      {
        ...usual,
        key: 'drop',
        title: `ALTER SYSTEM DROP ${role}`,
        waitsFor: 'the row is gone from SHOW FRONTENDS in two looks',
        deadline: 5 * MINUTE_MS,
        outsideWindow: false,
        onClose: 'back',
        skip: (context) => (isCommitted(context) ? 'the row is gone' : undefined),
        refuse: (context) => refuse(context, role),
        remember: (context) => {
          const row = rowOf(context);
          return row === undefined ? {} : { host: row.host, editLogPort: row.editLogPort, queryPort: row.queryPort };
        },
        effect: (context) => {
          const node = nodeOf(context);
          return node === undefined
            ? undefined
            : { by: 'cluster', change: { kind: 'drop-frontend', node, role }, needsWindow: true };
        },
        verify: (context) =>
          isGone(context)
            ? { is: 'done', detail: 'the row is gone' }
            : { is: 'absent', reason: 'the row is still there' },
      },
      stopStep('', registeredAgain),
      portsClosed,
      clean,
      releaseStep('', (context) => (mayStillRun(context) ? 'its process may still run' : registeredAgain(context))),
    ],
    undo: [],
    back: [],
    retaken: ['quiet', 'drop'],
    after: [],
    committed: isCommitted,
    turns,
  };
}

/** A dropped follower of 2.1 stays up with its port open, and its metadata is stale. */
const portsClosed: Step = {
  ...usual,
  key: 'ports-closed',
  title: 'see both of its ports closed',
  waitsFor: 'neither its edit log port nor its query port answers',
  deadline: 5 * MINUTE_MS,
  afterDeadline: 'give-up',
  looks: portLooks,
  skip: (context) => withoutProcess(context) ?? registeredAgain(context),
  verify: (context) => {
    const looks = portLooks(context);
    const open = looks.filter((look) => context.facts.portsOpen[nameOf(look)] !== false).map(nameOf);
    if (open.length === 0) return { is: 'done', detail: `${looks.map(nameOf).join(' and ')} are closed` };
    return { is: 'waiting', reason: `${open.join(' and ')} still answer` };
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
    withoutProcess(context) ?? (mayStillRun(context) ? 'its process may still run' : registeredAgain(context)),
  effect: (context) => hostCall(context, 'reset'),
  verify: unanswered('the provisioner has not answered'),
};

/** Our statement was sent at some time and the row is gone: it was carried out, whatever the reply was. */
function isCommitted(context: Context): boolean {
  const { operation, index } = context;
  return isDone(operation, index, 'drop') || (recordOf(operation, index, 'drop') !== undefined && isGone(context));
}

function isSilent(context: Context): boolean {
  return isCommitted(context) || rowOf(context)?.alive === false;
}

function withoutProcess(context: Context): string | undefined {
  const { provisioner } = context.facts;
  if (provisioner === undefined) return `no provisioner: stop the process on ${hostOf(context) ?? 'its host'} by hand`;
  return provisioner.keepsRunning ? `provisioner ${provisioner.name} leaves processes as they are` : undefined;
}

function mayStillRun(context: Context): boolean {
  return ['stop', 'ports-closed'].some((key) => recordOf(context.operation, context.index, key)?.state === 'failed');
}

function portLooks(context: Context): readonly (Look & { readonly fact: 'port' })[] {
  const drop = recordOf(context.operation, context.index, 'drop');
  const host = textIn(drop?.data ?? {}, 'host') ?? hostOf(context);
  if (host === undefined) return [];
  return ['editLogPort', 'queryPort'].flatMap((name) => {
    const port = numberIn(drop?.data ?? {}, name);
    return port === undefined || port <= 0 ? [] : [{ fact: 'port' as const, host, port }];
  });
}

function nameOf(look: { readonly host: string; readonly port: number }): string {
  return `${look.host}:${String(look.port)}`;
}

function refuse(context: Context, role: 'OBSERVER' | 'FOLLOWER'): Turn | undefined {
  const { topology } = context.facts;
  const row = rowOf(context);
  if (!topology.known) return undefined;
  if (row === undefined) return { end: 'cancelled', reason: `${nodeOf(context) ?? 'it'} is not registered any more` };
  if (row.role !== role) return { end: 'cancelled', reason: `${row.address} is ${row.role}, not ${role}` };
  if (row.isMaster || row.address === topology.value.master) {
    return { end: 'cancelled', reason: `${row.address} is the master` };
  }
  const followers = topology.value.frontends.filter((frontend) => frontend.role === 'FOLLOWER');
  const aliveNow = followers.filter((frontend) => frontend.alive).length;
  if (aliveNow * 2 <= followers.length) {
    return {
      end: 'cancelled',
      reason: `only ${String(aliveNow)} of ${String(followers.length)} followers are alive: no majority`,
    };
  }
  if (role === 'OBSERVER') return undefined;
  const rest = followers.filter((frontend) => frontend.address !== row.address);
  const aliveAfter = rest.filter((frontend) => frontend.alive).length;
  if (rest.length === 0 || aliveAfter < Math.floor(rest.length / 2) + 1 || aliveAfter < rest.length) {
    const text = `${String(aliveAfter)} of ${String(rest.length)} followers would be alive after it`;
    return { end: 'cancelled', reason: `${text}: the quorum would not be safe` };
  }
  return undefined;
}

function turns(context: Context): Turn | undefined {
  const { operation, now } = context;
  const cancel = operation.cancelRequested;
  if (cancel !== undefined) return { end: 'cancelled', reason: `cancelled by ${cancel.by}: ${cancel.reason}` };
  if (isGone(context)) {
    return {
      end: 'cancelled',
      byHand: true,
      reason: `by hand: ${nodeOf(context) ?? 'it'} was dropped by someone else`,
    };
  }
  if (now > deadlineAt(context)) {
    return { end: 'cancelled', reason: `not done within ${durationText(operation.deadlineMs)} (operations.deadline)` };
  }
  return undefined;
}

function rowOf(context: Context): ReturnType<typeof frontendIn> {
  return context.facts.topology.known ? frontendIn(context.facts.topology.value, context) : undefined;
}
