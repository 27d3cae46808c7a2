import type { MoveTrouble, StallCause } from '../../domain/stall.ts';
import { bytesText, countText, durationText } from '../text.ts';
import { lacksMedium, lacksPlaces, lacksTag, needsComputeNodes, noRoom } from './destinations.ts';
import { valueOf } from './stall-view.ts';
import type { Sign, StallView } from './stall-view.ts';

const MINUTE_MS = 60_000;
/** So much later than its own time-out a clone has been forgotten. */
const FORGOTTEN_MS = 5 * MINUTE_MS;
const STARVED_MS = 5 * MINUTE_MS;
const LONG_CLONE_MS = 30 * MINUTE_MS;
/** The FE allows for 1 MiB/s, no less than the one setting and no more than the other. */
const SLOW_CLONE =
  'raise min_clone_task_timeout_sec on the master (it is copied slower than 1 MiB/s, and its time-out is not the longest), until the drain is over';
/** A tablet is copied before it is deleted, so that a drain alone makes a few more. */
const MULTIPLIED = 1.2;

/** How each cause is recognised. Undefined: no sign of it. */
export const SIGNS: Readonly<Record<StallCause, (view: StallView) => Sign | undefined>> = {
  'scheduler-off': ({ configs }) => {
    const off = (key: string): Omit<Sign, 'sure'> | undefined =>
      configs[key] === 'true'
        ? { why: `${key} is true on the master`, mend: `ADMIN SET FRONTEND CONFIG ("${key}" = "false");` }
        : undefined;
    const all = off('disable_tablet_scheduler');
    const colocated = off('disable_colocate_balance');
    return all !== undefined
      ? { sure: true, ...all }
      : colocated === undefined
        ? undefined
        : { sure: false, ...colocated };
  },
  'dead-backend': ({ row, staying }) => {
    const dead = [row, ...staying].filter(({ alive }) => !alive).map(({ address }) => address);
    return dead.length === 0
      ? undefined
      : { sure: true, why: `${dead.join(', ')} ${dead.length === 1 ? 'is' : 'are'} not alive` };
  },
  'auto-drop-off': ({ letGo, configs }) =>
    letGo && configs['drop_backend_after_decommission'] === 'false'
      ? {
          sure: true,
          why: 'drop_backend_after_decommission is false on the master: somebody sets it back',
          mend: 'ADMIN SET FRONTEND CONFIG ("drop_backend_after_decommission" = "true");',
        }
      : undefined,
  wal: ({ letGo, row }) =>
    letGo && row.tablets === 0
      ? { sure: true, why: 'it is empty and its row stays: most likely group-commit logs on it are not finished' }
      : undefined,
  'task-stuck': (view) => {
    const stuck = view.scheduler?.moves
      .filter(({ ageMs, timeoutMs }) => ageMs !== undefined && timeoutMs > 0 && ageMs > timeoutMs + FORGOTTEN_MS)
      .toSorted((a, b) => (b.ageMs ?? 0) - (a.ageMs ?? 0));
    const oldest = stuck?.[0];
    if (oldest === undefined) return undefined;
    const others = (stuck?.length ?? 1) - 1;
    const more = others === 0 ? '' : `, and ${countText(others)} more`;
    return {
      sure: true,
      why: `${tabletText(view, oldest.tablet)} is being cloned for ${durationText(oldest.ageMs ?? 0)}, its time-out is ${durationText(oldest.timeoutMs)}${more}`,
    };
  },
  'large-tablet': (view) => {
    const timedOut = textOf(view, /time(d)?[ -]?out/i)?.example;
    const again = view.scheduler?.moves.find(
      ({ failedRunning, timeoutMs }) => failedRunning > 0 && timeoutMs >= LONG_CLONE_MS,
    );
    const found = timedOut ?? again;
    if (found === undefined) return undefined;
    const most = view.configs['max_clone_task_timeout_sec'];
    const limit = most === undefined ? '' : ` (max_clone_task_timeout_sec ${most})`;
    return {
      sure: true,
      why: `${tabletText(view, found.tablet)} of ${bytesText(found.bytes)} is not cloned within its time-out${limit}`,
      ...(found.timeoutMs > 0 && found.timeoutMs < Number(most) * 1000 ? { mend: SLOW_CLONE } : {}),
    };
  },
  transaction: (view) => {
    const waiting = textOf(view, /wait txn|PRECOMMITTED/) ?? view.scheduler?.waits.find(isWaitingForLoads);
    if (waiting === undefined) return undefined;
    const open = view.evidence === undefined ? undefined : valueOf(view.evidence.transactions);
    const where =
      open === undefined || open.length === 0
        ? ''
        : `; loads run in ${open.map(({ database, running }) => `${database} (${countText(running)})`).join(', ')}`;
    return { sure: true, why: `${tabletsText(view, waiting)}: ${waiting.error}${where}` };
  },
  'alter-running': (view) => told(view, /alter process|state is not NORMAL/),
  'compute-nodes': needsComputeNodes,
  'internal-schema': (view) =>
    lacksPlaces(view, (table) => !isInternal(table)) === undefined ? lacksPlaces(view, isInternal) : undefined,
  'no-tag': (view) => told(view, /no proper tag/) ?? lacksTag(view),
  'no-medium': lacksMedium,
  'disk-full': noRoom,
  'no-place': (view) => {
    const found = lacksPlaces(view, () => true);
    if (found !== undefined) return found;
    const refused = textOf(view, /unable to find dest path/);
    return refused === undefined
      ? undefined
      : { sure: false, why: `${tabletsText(view, refused)}: ${short(refused.error)}` };
  },
  'queue-full': ({ scheduler, configs }) => {
    const most = Number(configs['max_scheduling_tablets'] ?? NaN);
    if (scheduler === undefined || Number.isNaN(most) || scheduler.pending < most) return undefined;
    // A large drain fills the queue by itself.
    if (scheduler.urgent < scheduler.listed / 2) return undefined;
    return {
      sure: true,
      why: `${countText(scheduler.pending)} tablets wait, max_scheduling_tablets is ${countText(most)}`,
    };
  },
  'clone-failed': (view) => told(view, /./, false),
  colocate: (view) => {
    const { evidence } = view;
    const [first, ...rest] = (evidence === undefined ? undefined : valueOf(evidence.colocate)) ?? [];
    if (first === undefined) return undefined;
    const more = rest.length === 0 ? '' : `, and ${rest.map(({ group }) => group).join(', ')}`;
    const error = first.error === '' ? '' : ` (${short(first.error)})`;
    const sure = textOf(view, /unable to delete any redundant replicas/) !== undefined;
    return { sure, why: `colocate group ${first.group} is not stable${error}${more}` };
  },
  unrecoverable: (view) => told(view, /unrecoverable|unable to find source replica/),
  'load-race': (view) => {
    const overtaken = textOf(view, /-23[58]\b/);
    if (overtaken !== undefined)
      return { sure: true, why: `${tabletsText(view, overtaken)}: ${short(overtaken.error)}` };
    const circle = view.scheduler?.repeated[0];
    if (circle !== undefined)
      return { sure: true, why: `${tabletText(view, circle.tablet)} was cloned ${countText(circle.times)} times` };
    const { groupTabletsAtStart: before, groupTablets: now } = view;
    if (before === undefined || now <= before * MULTIPLIED) return undefined;
    return { sure: true, why: `the group has ${countText(now)} tablets, ${countText(before)} when the drain began` };
  },
  'scheduler-starved': ({ scheduler, residual, row }) => {
    if (scheduler === undefined || scheduler.moves.length > 0) return undefined;
    const { pending, idleMs } = scheduler;
    if (idleMs === undefined && pending === 0 && residual !== undefined && residual < row.tablets)
      return { sure: false, why: 'the FE has queued nothing yet of what is to move' };
    if (idleMs === undefined || idleMs < STARVED_MS) return undefined;
    return { sure: false, why: `the scheduler of the FE has done nothing for ${durationText(idleMs)}` };
  },
  'recycle-bin': (view) => {
    const bin = view.evidence === undefined ? undefined : valueOf(view.evidence.recycleBin);
    if (bin === undefined || bin.entries === 0) return undefined;
    const threshold = Number(view.configs['decommission_tablet_check_threshold'] ?? NaN);
    const unseen = view.residual === undefined && view.row.tablets >= threshold;
    const kept =
      residualText(view) ??
      (unseen ? `its ${countText(view.row.tablets)} tablets are more than the FE looks into` : undefined);
    if (kept === undefined) return undefined;
    return {
      sure: view.residual === view.row.tablets,
      why: `${kept}; the recycle bin holds ${bin.names.join(', ')}${bin.entries > bin.names.length ? ', ...' : ''}`,
      endsInMs: bin.emptyInMs,
    };
  },
  leaky: (view) => {
    const bin = view.evidence === undefined ? undefined : valueOf(view.evidence.recycleBin);
    const kept = residualText(view);
    if (bin?.entries !== 0 || kept === undefined) return undefined;
    return { sure: view.residual === view.row.tablets, why: `${kept}, and the recycle bin is empty` };
  },
  'reports-differ': ({ row, bytesAtStart }) =>
    row.tablets > 0 && row.dataUsedBytes === 0 && bytesAtStart > 0
      ? { sure: false, why: `it reports no data, and the FE counts ${countText(row.tablets)} tablets on it` }
      : undefined,
  unknown: ({ scheduler, evidence }) => {
    if (scheduler === undefined) {
      const reason = evidence === undefined || evidence.scheduler.known ? 'not yet' : evidence.scheduler.reason;
      return { sure: false, why: `the FE's queues could not be read: ${reason}` };
    }
    const { pending, running } = scheduler;
    return {
      sure: false,
      why: `the FE has ${countText(pending)} moves waiting and ${countText(running)} running and tells no reason`,
    };
  },
};

function isInternal(table: string): boolean {
  return table.startsWith('__internal_schema.');
}

function isWaitingForLoads({ example }: MoveTrouble): boolean {
  return example.code === 'WAITING_DECOMMISSION';
}

/** A text of a failed or waiting repair. */
function textOf({ scheduler }: StallView, pattern: RegExp): MoveTrouble | undefined {
  if (scheduler === undefined) return undefined;
  return [...scheduler.failures, ...scheduler.waits].find(({ error }) => pattern.test(error));
}

function told(view: StallView, pattern: RegExp, sure = true): Sign | undefined {
  const found = textOf(view, pattern);
  return found === undefined ? undefined : { sure, why: `${tabletsText(view, found)}: ${short(found.error)}` };
}

/** `tablet 10252 of shop.events`. */
function tabletText({ evidence }: StallView, tablet: string): string {
  const table = evidence?.tableOfTablet[tablet];
  return table === undefined ? `tablet ${tablet}` : `tablet ${tablet} of ${table}`;
}

function tabletsText(view: StallView, { tablets, example }: MoveTrouble): string {
  const one = tabletText(view, example.tablet);
  return tablets === 1 ? one : `${countText(tablets)} tablets, as ${one}`;
}

function residualText({ row, residual }: StallView): string | undefined {
  if (residual === undefined || residual === 0) return undefined;
  return `${countText(residual)} of its ${countText(row.tablets)} tablets belong to no table`;
}

function short(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, 199)}…`;
}
