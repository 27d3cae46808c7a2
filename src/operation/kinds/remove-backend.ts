import { everyBackendAlive } from '../../decision/guards/data/replicas.ts';
import type { StepRecord } from '../../domain/operation.ts';
import type { Backend } from '../../domain/topology.ts';
import { diagnose } from '../drain/diagnose.ts';
import { isDrained } from '../drain/drained.ts';
import { drainLooks, dropLooks } from '../drain/looks.ts';
import { proofLooks, proveRemoval } from '../drain/proof.ts';
import { turns } from '../drain/turns.ts';
import { watchDrain } from '../drain/watch-drain.ts';
import { backendIdOf, backendIn, isGone, nodeOf, seenTwice } from '../nodes.ts';
import { isBegun, isDone, numberIn, recordOf } from '../steps/records.ts';
import { DROP_FLAG, settingsVerdict } from '../steps/settings.ts';
import type { Context, Kind, Step, Verdict } from '../steps/step.ts';
import { countText } from '../text.ts';
import {
  MINUTE_MS,
  missingInOneLook,
  registeredAgain,
  releaseStep,
  restore,
  speed,
  stopStep,
  usual,
} from './common.ts';

/** The FE asks each backend for its WAL for up to 3 min a round before it drops one. */
const DROP_DEADLINE_MS = 30 * MINUTE_MS;
const DROP_ROUND_MS = 4 * MINUTE_MS;
/** A backend tells with its heartbeat, every 10 s, what runs on it: what began right before disable_query is in the one after. */
const TWO_HEARTBEATS_MS = 20_000;

/** Until DECOMMISSION is sent a closing window simply ends it: nothing has moved. */
const before = { ...usual, onClose: 'undone', outsideWindow: false } as const;
/** The way out is taken in one window, or taken back. */
const wayOut = { ...usual, afterDeadline: 'back', onClose: 'back', outsideWindow: false } as const;

const steps: readonly Step[] = [
  {
    ...before,
    key: 'proof',
    title: 'prove that the rest can hold its data',
    waitsFor:
      'replicas, disks, tablets, scheduler, jobs and the dry run of the FE allow it; looked at again if DECOMMISSION has not begun 5 min later',
    deadline: 10 * MINUTE_MS,
    fresh: { forMs: 5 * MINUTE_MS, until: 'decommission' },
    looks: proofLooks,
    verify: proveRemoval,
  },
  { ...speed, onClose: 'undone', outsideWindow: false },
  {
    ...before,
    key: 'hold-drop',
    title: `set ${DROP_FLAG} = false`,
    waitsFor: 'ADMIN SHOW FRONTEND CONFIG shows false, so that the FE drops nothing in the middle of the day',
    undo: 'the value found is put back at the end',
    verify: (context) => {
      const verdict = settingsVerdict(context, [DROP_FLAG]);
      // Without it the FE would drop the drained backend at any hour.
      return verdict.is === 'failed' ? { is: 'turn', end: 'failed', reason: verdict.detail } : verdict;
    },
  },
  {
    ...before,
    key: 'disable-load',
    title: 'send it no more loads',
    waitsFor: 'SHOW BACKENDS shows isLoadDisabled',
    undo: 'MODIFY BACKEND ... SET ("disable_load" = "false")',
    skip: (context) => (rowOf(context)?.loadDisabled === true ? 'loads were disabled already' : undefined),
    effect: (context) => change(context, 'disable-load', true),
    verify: (context) => {
      if (rowOf(context)?.loadDisabled === true) return { is: 'done', detail: 'it takes no more loads' };
      return { is: 'absent', reason: 'isLoadDisabled is not shown yet' };
    },
  },
  {
    ...before,
    key: 'decommission',
    title: 'ALTER SYSTEM DECOMMISSION BACKEND',
    waitsFor: 'SHOW BACKENDS shows SystemDecommissioned',
    undo: 'CANCEL DECOMMISSION BACKEND',
    refuse: (context) => {
      const row = rowOf(context);
      if (row === undefined) return missingInOneLook;
      if (row.decommissioned) return { end: 'cancelled', reason: `${row.address} is being drained by someone else` };
      const reason = notWhole(context, row);
      return reason === undefined ? undefined : { end: 'cancelled', reason };
    },
    effect: (context) => {
      const node = nodeOf(context);
      return node === undefined
        ? undefined
        : {
            by: 'cluster',
            change: { kind: 'decommission-backend', node, backendId: backendIdOf(context) },
            needsWindow: true,
          };
    },
    verify: (context) => {
      if (rowOf(context)?.decommissioned === true) return { is: 'done', detail: 'its tablets begin to move' };
      return { is: 'absent', reason: 'SystemDecommissioned is not shown yet' };
    },
  },
  {
    ...usual,
    key: 'drain',
    title: 'wait until its tablets have moved',
    waitsFor: 'TabletNum is 0, or only what the recycle bin holds, in two looks',
    deadline: 'operations.deadline',
    undo: 'CANCEL DECOMMISSION BACKEND: what has moved stays moved',
    onClose: 'policy',
    looks: drainLooks,
    verify: watchDrain,
  },
  {
    ...wayOut,
    key: 'disable-query',
    title: 'send it no more queries',
    waitsFor: 'SHOW BACKENDS shows isQueryDisabled',
    undo: 'MODIFY BACKEND ... SET ("disable_query" = "false")',
    looks: drainLooks,
    skip: (context) => {
      if (isCommitted(context)) return 'the FE has dropped it already';
      return rowOf(context)?.queryDisabled === true && !isBegun(context.operation, context.index, 'disable-query')
        ? 'queries were disabled already'
        : undefined;
    },
    effect: (context) => change(context, 'disable-query', true),
    verify: (context) => {
      if (rowOf(context)?.queryDisabled === true) return { is: 'done', detail: 'it takes no more queries' };
      return goneOr(context, { is: 'absent', reason: 'isQueryDisabled is not shown yet' });
    },
  },
  {
    ...wayOut,
    key: 'quiet',
    title: 'wait until no query runs on it',
    waitsFor:
      'RunningTasks or currentFragmentNum is 0, two heartbeats (20 s) after disable_query; where the version shows neither, no query of any FE is older than disable_query',
    deadline: 'operations.drainQueries',
    looks: (context) => {
      const node = nodeOf(context);
      // Begun once disable_query was seen, and told in the clock of now also after that was set.
      const record = recordOf(context.operation, context.index, 'quiet');
      const since = record?.state === 'intent' ? record.startedAt : context.now;
      const sinceSeconds = Math.max(0, Math.floor((context.now - since) / 1000));
      return node === undefined ? [] : [{ fact: 'activity', node, sinceSeconds }];
    },
    skip: (context) => (isCommitted(context) ? 'the FE has dropped it already' : undefined),
    verify: quiet,
  },
  {
    ...wayOut,
    key: 'look-again',
    title: 'look again before letting it go',
    waitsFor: 'it is leaving, and empty in two looks',
    looks: drainLooks,
    skip: (context) => (isCommitted(context) ? 'the FE has dropped it already' : undefined),
    verify: (context) => {
      if (isDrained(context)) return { is: 'done', detail: 'still empty' };
      return goneOr(context, { is: 'waiting', reason: 'it was not seen empty in two looks' });
    },
  },
  {
    ...wayOut,
    key: 'let-drop',
    title: `set ${DROP_FLAG} = true: the FE drops it by its own checks`,
    waitsFor: 'the row is gone from SHOW BACKENDS in two looks',
    deadline: DROP_DEADLINE_MS,
    undo: `${DROP_FLAG} = false, disable_query = false`,
    looks: dropLooks,
    skip: (context) => (isCommitted(context) ? 'the FE has dropped it already' : undefined),
    verify: dropped,
  },
  stopStep('', registeredAgain),
  releaseStep('', (context) =>
    recordOf(context.operation, context.index, 'stop')?.state === 'failed'
      ? 'its process may still run'
      : registeredAgain(context),
  ),
];

const undo: readonly Step[] = [
  {
    ...usual,
    key: 'undo-decommission',
    title: 'CANCEL DECOMMISSION BACKEND',
    waitsFor: 'SHOW BACKENDS shows it as staying, in two looks',
    afterDeadline: 'keep-trying',
    skip: (context) => {
      if (isGone(context)) return 'its row is gone';
      return isBegun(context.operation, context.index, 'decommission') ? undefined : 'it was never decommissioned';
    },
    effect: (context) => {
      const node = nodeOf(context);
      return node === undefined
        ? undefined
        : {
            by: 'cluster',
            change: { kind: 'cancel-decommission', node, backendId: backendIdOf(context) },
            needsWindow: false,
          };
    },
    verify: (context) => {
      if (isGone(context)) return { is: 'done', detail: 'its row is gone' };
      const stays = seenTwice(context, (topology) => backendIn(topology, context)?.decommissioned === false);
      if (stays) return { is: 'done', detail: 'it stays; what has moved is moved back by balancing' };
      return { is: 'absent', reason: 'it is still leaving' };
    },
  },
  enable('undo-query', 'disable-query', 'queries'),
  enable('undo-load', 'disable-load', 'loads'),
];

const back: readonly Step[] = [
  {
    ...usual,
    key: 'back-hold-drop',
    title: `set ${DROP_FLAG} = false`,
    waitsFor: 'ADMIN SHOW FRONTEND CONFIG shows false',
    afterDeadline: 'keep-trying',
    verify: (context) =>
      isCommitted(context)
        ? { is: 'done', detail: 'the FE has dropped it already' }
        : settingsVerdict(context, [DROP_FLAG]),
  },
  enable('back-query', 'disable-query', 'queries'),
];

export const removeBackend: Kind = {
  kind: 'remove-backend',
  title: 'Remove a backend',
  order: 'one-after-another',
  direction: 'in',
  steps,
  undo,
  back,
  retaken: ['disable-query', 'quiet', 'look-again', 'let-drop'],
  after: [restore],
  turns,
  committed: isCommitted,
};

/** The row left while it was empty: nothing is left to take back, the process is left to be stopped. */
function isCommitted(context: Context): boolean {
  const { operation, index } = context;
  const drain = recordOf(operation, index, 'drain');
  const empty = drain?.state === 'done' || numberIn(drain?.data ?? {}, 'lowest') === 0;
  if (isDone(operation, index, 'let-drop')) return true;
  return empty && isGone(context);
}

/** The FE drops it by its own checks; where they last for more than a round, why is looked for. */
function dropped(context: Context, record: StepRecord): Verdict {
  if (isGone(context)) return { is: 'done', detail: 'the row is gone' };
  if (context.now - record.startedAt < DROP_ROUND_MS)
    return { is: 'waiting', reason: 'the FE has not dropped it yet (it asks every backend for its WAL first)' };
  const { cause, mend } = diagnose(context);
  return { is: 'waiting', reason: `the FE does not drop it: ${cause} (${mend})`, pollMs: 5000 };
}

function quiet(context: Context, { startedAt }: StepRecord): Verdict {
  const row = rowOf(context);
  if (isCommitted(context)) return { is: 'done', detail: 'the FE has dropped it already' };
  if (row !== undefined && !row.alive) return { is: 'done', detail: 'it is not alive, nothing runs on it' };
  const { activity } = context.facts;
  if (!activity.known) return { is: 'waiting', reason: `what runs on it could not be read: ${activity.reason}` };
  const { runningTasks, olderQueries } = activity.value;
  if (runningTasks === 'unknown') {
    if (olderQueries === 0) return { is: 'done', detail: 'no query is older than disable_query' };
    return { is: 'waiting', reason: `${countText(olderQueries)} queries are older than disable_query` };
  }
  if (runningTasks > 0) return { is: 'waiting', reason: `${countText(runningTasks)} tasks run on it` };
  const heartbeatsMs = Math.min(TWO_HEARTBEATS_MS, context.policy.operations.drainQueriesMs / 2);
  return context.now - startedAt < heartbeatsMs
    ? { is: 'waiting', reason: 'nothing runs on it as far as its last heartbeat told' }
    : { is: 'done', detail: 'nothing runs on it' };
}

function enable(key: string, forward: 'disable-query' | 'disable-load', what: string): Step {
  return {
    ...usual,
    key,
    title: `let it take ${what} again`,
    waitsFor: `SHOW BACKENDS shows ${what} enabled`,
    afterDeadline: 'keep-trying',
    skip: (context) => {
      if (isGone(context)) return 'its row is gone';
      return isBegun(context.operation, context.index, forward) ? undefined : `${what} were not disabled by us`;
    },
    effect: (context) => change(context, forward, false),
    verify: (context) => {
      const row = rowOf(context);
      const disabled = forward === 'disable-query' ? row?.queryDisabled : row?.loadDisabled;
      if (disabled === false) return { is: 'done', detail: `it takes ${what} again` };
      if (isGone(context)) return { is: 'done', detail: 'its row is gone' };
      return { is: 'absent', reason: `${what} are still disabled` };
    },
  };
}

function change(
  context: Context,
  kind: 'disable-query' | 'disable-load',
  disabled: boolean,
): ReturnType<NonNullable<Step['effect']>> {
  const node = nodeOf(context);
  return node === undefined
    ? undefined
    : { by: 'cluster', change: { kind, node, backendId: backendIdOf(context), disabled }, needsWindow: disabled };
}

function goneOr(context: Context, verdict: Verdict): Verdict {
  return isCommitted(context) ? { is: 'done', detail: 'the FE has dropped it already' } : verdict;
}

/** Since the proof one may have died, or begun to leave: then the rest would have to repair and to take over at once. */
function notWhole({ facts }: Context, own: Backend): string | undefined {
  if (!facts.topology.known) return undefined;
  const { backends } = facts.topology.value;
  const found = everyBackendAlive({ backends });
  if (found.is === 'hold') return found.detail;
  const other = backends.find(({ decommissioned, id }) => decommissioned && id !== own.id);
  return other === undefined
    ? undefined
    : `${other.address} is being drained by someone else: two at once were not proven`;
}

function rowOf(context: Context): ReturnType<typeof backendIn> {
  return context.facts.topology.known ? backendIn(context.facts.topology.value, context) : undefined;
}
