import { deadlineAt } from '../steps/deadline.ts';
import { backendIdOf, backendIn, hostOf, isGone, isNeverAlive, nodeOf, saysOtherCluster, seenTwice } from '../nodes.ts';
import { isBegun, isDone, isPassed, numberIn, recordOf, textIn } from '../steps/records.ts';
import type { Context, Kind, Step, Turn } from '../steps/step.ts';
import { durationText } from '../text.ts';
import {
  acquire,
  findHost,
  keyOf,
  MINUTE_MS,
  releaseStep,
  rowGone,
  reset,
  restore,
  speed,
  stopStep,
  unanswered,
  usual,
  whenUnregistered,
} from './common.ts';

/** Three heartbeats, 10 s apart (2.0: 5 s). */
const THREE_HEARTBEATS_MS = 20_000;

const steps: readonly Step[] = [
  acquire,
  reset,
  {
    ...usual,
    key: 'start',
    title: 'start its process',
    waitsFor: 'the provisioner answered',
    deadline: 15 * MINUTE_MS,
    retryEveryMs: 30_000,
    undo: 'stop_be.sh --grace',
    onClose: 'undone',
    outsideWindow: false,
    effect: (context) => {
      const host = hostOf(context);
      return host === undefined
        ? undefined
        : {
            by: 'provisioner',
            call: { verb: 'start', role: 'backend', key: keyOf(context), host, helper: undefined, httpPort: undefined },
          };
    },
    verify: unanswered('the provisioner has not answered'),
  },
  {
    ...usual,
    key: 'port',
    title: 'wait until its heartbeat port answers',
    waitsFor: 'a TCP connection to host:heartbeatPort succeeds',
    deadline: 5 * MINUTE_MS,
    onClose: 'undone',
    outsideWindow: false,
    looks: (context) => {
      const [host, port] = addressParts(context);
      return host === undefined || port === undefined ? [] : [{ fact: 'port', host, port }];
    },
    verify: (context) => {
      const node = nodeOf(context) ?? '';
      if (context.facts.portsOpen[node] === true) return { is: 'done', detail: `${node} answers` };
      return { is: 'waiting', reason: `${node} does not answer yet` };
    },
  },
  {
    ...usual,
    key: 'register',
    title: 'ALTER SYSTEM ADD BACKEND with its tag',
    waitsFor: 'SHOW BACKENDS shows the row',
    undo: 'DROPP BACKEND while it was never alive and holds nothing; afterwards only a removal takes it out',
    outsideWindow: false,
    onClose: 'undone',
    refuse: (context) => {
      if (isBegun(context.operation, context.index, 'register')) return undefined;
      const row = rowOf(context);
      return row === undefined ? undefined : { end: 'failed', reason: `${row.address} was registered by someone else` };
    },
    effect: (context) => {
      const node = nodeOf(context);
      if (node === undefined) return undefined;
      return {
        by: 'cluster',
        change: { kind: 'add-backend', node, group: context.operation.group },
        needsWindow: true,
      };
    },
    remember: (context) => {
      const node = nodeOf(context);
      return node === undefined ? {} : { node };
    },
    verify: (context) => {
      const row = rowOf(context);
      if (row === undefined) return { is: 'absent', reason: 'the row is not shown yet' };
      return { is: 'done', detail: `${row.address} is registered`, data: { backendId: row.id } };
    },
  },
  speed,
  {
    ...usual,
    key: 'alive',
    title: 'wait until it is alive for three heartbeats',
    waitsFor: 'SHOW BACKENDS shows Alive for 20 s without a failed heartbeat',
    deadline: 10 * MINUTE_MS,
    verify: (context, record) => {
      const row = rowOf(context);
      if (row === undefined) return { is: 'waiting', reason: 'the row was missing in one look' };
      const since = numberIn(record.data, 'aliveSinceAt');
      const foreign = isOfOtherCluster(context);
      if (foreign)
        return { is: 'turn', end: 'failed', reason: `${row.address} is of another cluster: ${row.errorMessage}` };
      if (!row.alive || row.heartbeatFailures > 0) {
        if (since !== undefined) return { is: 'note', data: { aliveSinceAt: null, wasAlive: true } };
        const why = row.errorMessage === '' ? '' : `: ${row.errorMessage}`;
        return { is: 'waiting', reason: `${row.address} is not alive${why}` };
      }
      if (since === undefined || textIn(record.data, 'startTime') !== (row.lastStartTime ?? '')) {
        return { is: 'note', data: { aliveSinceAt: context.now, wasAlive: true, startTime: row.lastStartTime ?? '' } };
      }
      const aliveMs = context.now - since;
      if (aliveMs >= THREE_HEARTBEATS_MS) return { is: 'done', detail: `alive for ${durationText(aliveMs)}` };
      return {
        is: 'waiting',
        reason: `${row.address} is alive for ${durationText(aliveMs)} of ${durationText(THREE_HEARTBEATS_MS)}`,
      };
    },
  },
  {
    ...usual,
    key: 'capacity',
    title: 'wait until it reports its disks',
    waitsFor: 'TotalCapacity is above 0',
    deadline: 5 * MINUTE_MS,
    verify: (context) => {
      const row = rowOf(context);
      if (row !== undefined && row.alive && row.totalBytes > 0) return { is: 'done', detail: 'its disks are reported' };
      return { is: 'waiting', reason: `${nodeOf(context) ?? 'it'} has not reported its disks yet` };
    },
  },
];

const undo: readonly Step[] = [
  findHost,
  {
    ...usual,
    key: 'undo-register',
    title: 'DROPP BACKEND, never alive and empty',
    waitsFor: 'the row is gone from SHOW BACKENDS in two looks',
    afterDeadline: 'give-up',
    skip: (context) => {
      if (!isBegun(context.operation, context.index, 'register')) return 'it was not registered';
      return isGone(context) ? 'its row is gone' : undefined;
    },
    refuse: (context) => {
      if (wasAlive(context)) return { end: 'failed', reason: 'it was alive: only a removal may take it out' };
      const harmless = seenTwice(context, (topology) => {
        const row = backendIn(topology, context);
        return row === undefined || isNeverAlive(row);
      });
      return harmless ? undefined : { end: 'failed', reason: 'it was not seen as never alive and empty in two looks' };
    },
    effect: (context) => {
      const node = nodeOf(context);
      return node === undefined
        ? undefined
        : {
            by: 'cluster',
            change: { kind: 'drop-never-alive-backend', node, backendId: backendIdOf(context) },
            needsWindow: false,
          };
    },
    verify: rowGone,
  },
  stopStep('undo-', whenUnregistered('start')),
  releaseStep('undo-', (context) => {
    const stop = recordOf(context.operation, context.index, 'undo-stop');
    return stop?.state === 'failed' ? 'its process may still run' : whenUnregistered('acquire')(context);
  }),
];

export const addBackend: Kind = {
  kind: 'add-backend',
  title: 'Add backends',
  order: 'side-by-side',
  direction: 'out',
  steps,
  undo,
  back: [],
  retaken: [],
  after: [restore],
  committed: (context) => wasAlive(context) && !isGone(context),
  turns,
};

/** Once a heartbeat has reached it the FE may have put tablets on it. */
function wasAlive(context: Context): boolean {
  const { operation, index } = context;
  if (isDone(operation, index, 'alive')) return true;
  if (recordOf(operation, index, 'alive')?.data['wasAlive'] === true) return true;
  if (!isBegun(operation, index, 'register')) return false;
  const row = rowOf(context);
  return row !== undefined && (row.alive || row.lastStartTime !== undefined || row.tablets > 0);
}

/** Its storage has the cluster_id of another cluster: no heartbeat will ever be accepted. */
function isOfOtherCluster(context: Context): boolean {
  return !wasAlive(context) && seenTwice(context, (topology) => saysOtherCluster(backendIn(topology, context)));
}

function turns(context: Context): Turn | undefined {
  const { operation, index, now } = context;
  const cancel = operation.cancelRequested;
  if (cancel !== undefined) return { end: 'cancelled', reason: `cancelled by ${cancel.by}: ${cancel.reason}` };
  if (isPassed(recordOf(operation, index, 'register')) && isGone(context)) {
    return {
      end: 'cancelled',
      byHand: true,
      reason: `by hand: ${nodeOf(context) ?? 'it'} was dropped by someone else`,
    };
  }
  if (now > deadlineAt(context)) {
    return { end: 'failed', reason: `not done within ${durationText(operation.deadlineMs)} (operations.deadline)` };
  }
  return undefined;
}

function addressParts(context: Context): readonly [string | undefined, number | undefined] {
  const node = nodeOf(context);
  if (node === undefined) return [undefined, undefined];
  const colon = node.lastIndexOf(':');
  return [node.slice(0, colon), Number(node.slice(colon + 1))];
}

function rowOf(context: Context): ReturnType<typeof backendIn> {
  return context.facts.topology.known ? backendIn(context.facts.topology.value, context) : undefined;
}
