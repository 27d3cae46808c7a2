import { configFlag } from '../config.ts';
import { backendById } from '../queries.ts';
import type { ClusterState } from '../state.ts';
import type { TabletTaskState } from './state.ts';
import { healthOf } from '../tablets/tablet-health.ts';
import type { TabletPlace } from '../tablets/tablet-index.ts';
import { chooseSource, startClone } from './clones.ts';
import { chooseDestination, type RoundRules, rulesOfRound, takesReplicas } from './destination.ts';
import { removeRedundant } from './redundant.ts';
import { slotKind } from './slots.ts';
import { standstillAfter } from './standstill.ts';
import { cancel, keepWaiting, takeOut } from './tasks.ts';

const URGENCY = { VERY_HIGH: 0, HIGH: 1, NORMAL: 2, LOW: 3 } as const;
const WAITS_FOR_SOURCE = "waiting for source replica's slot";
const WAITS_FOR_TARGET = 'scheduler waiting for dest backend slot';
const BALANCE_WAITS_FOR_SOURCE = 'unable to take src slot for non-urgent';
const BALANCE_WAITS_FOR_TARGET = 'unable to take dest slot for non-urgent';
const ALTERED = 'table is in alter process, but tablet status is REPLICA_RELOCATING';
const NOT_NORMAL = "table's state is not NORMAL";

/** One round of the scheduler: everything that waits has its turn, the most urgent first. */
export function schedule(state: ClusterState): void {
  state.scheduler.nextScheduleAtMs = undefined;
  if (configFlag(state, 'disable_tablet_scheduler')) {
    for (const task of [...state.scheduler.pending]) refuse(state, task);
    return;
  }
  const round: Round = { full: new Set(), waiting: [], rules: rulesOfRound(state) };
  const queue = byUrgency(state.scheduler.pending);
  const before = state.scheduler.standstill;
  for (const task of queue) attempt(state, task, round);
  state.scheduler.standstill = standstillAfter(state, { queue, waiting: round.waiting, before });
}

/** A sort would be felt: there is a round each second, over all that wait. */
function byUrgency(pending: readonly TabletTaskState[]): readonly TabletTaskState[] {
  const queues: readonly TabletTaskState[][] = [[], [], [], []];
  for (const task of pending) queues[URGENCY[task.priority]]?.push(task);
  return queues.flat();
}

/** What one round has found out. */
interface Round {
  /** Disks without a slot left, as in `waitsFor` of tasks. */
  readonly full: Set<string>;
  readonly waiting: TabletTaskState[];
  readonly rules: RoundRules;
}

function refuse(state: ClusterState, task: TabletTaskState): void {
  cancel(state, task, { errorMessage: 'tablet scheduler is disabled', code: 'DIAGNOSE_IGNORE' });
}

function attempt(state: ClusterState, task: TabletTaskState, round: Round): void {
  if (task.waitsFor?.every((place) => round.full.has(place)) === true) return;
  const place = state.index.places.get(task.tabletId);
  if (place === undefined) {
    takeOut(state, task);
    return;
  }
  if (task.type === 'BALANCE') {
    move(state, task, place, round);
    return;
  }
  const health = healthOf(state, place);
  switch (health.status) {
    case 'HEALTHY':
      takeOut(state, task);
      return;
    case 'UNRECOVERABLE':
      cancel(state, task, { errorMessage: 'tablet is unrecoverable' });
      return;
    case 'REDUNDANT':
    case 'FORCE_REDUNDANT':
    case 'COLOCATE_REDUNDANT':
      task.status = health.status;
      removeRedundant(state, task, place);
      return;
    case 'REPLICA_MISSING':
    case 'REPLICA_RELOCATING':
    case 'REPLICA_MISSING_FOR_TAG':
    case 'COLOCATE_MISMATCH':
      task.status = health.status === 'COLOCATE_MISMATCH' ? health.status : 'REPLICA_MISSING';
      copy(state, task, place, { round });
  }
}

/** Begins the copy, lets it wait for a slot, or gives up until the checker's next round. */
function copy(
  state: ClusterState,
  task: TabletTaskState,
  place: TabletPlace,
  { round, onlyTo }: { readonly round: Round; readonly onlyTo?: string },
): void {
  task.waitsFor = undefined;
  if (place.table.state !== 'NORMAL') {
    const isAltered = place.table.state === 'SCHEMA_CHANGE' || place.table.state === 'ROLLUP';
    cancel(state, task, { errorMessage: isAltered ? ALTERED : NOT_NORMAL, code: 'NONE' });
    return;
  }
  if (state.faults.untaggedTables.has(place.table.id)) {
    cancel(state, task, { errorMessage: `no proper tag is chose for tablet ${place.tablet.id}`, code: 'NONE' });
    return;
  }
  const source = chooseSource(state, place, task, round.rules.slots);
  if (source.kind === 'none') {
    cancel(state, task, { errorMessage: 'unable to find source replica', code: 'NONE' });
    return;
  }
  if (source.kind === 'no-slot') {
    waitFor(round, task, source.paths);
    keepWaiting(state, task, 'WAITING_SLOT', onlyTo === undefined ? WAITS_FOR_SOURCE : BALANCE_WAITS_FOR_SOURCE);
    return;
  }
  const choice = chooseDestination(state, place, { kind: slotKind(task), rules: round.rules, onlyTo });
  switch (choice.kind) {
    case 'none':
      cancel(state, task, { errorMessage: choice.why, code: 'NONE' });
      return;
    case 'no-slot':
      waitFor(round, task, choice.paths);
      keepWaiting(state, task, 'WAITING_SLOT', onlyTo === undefined ? WAITS_FOR_TARGET : BALANCE_WAITS_FOR_TARGET);
      return;
    case 'found':
      startClone(state, task, place, { source: source.source, destination: choice.destination });
  }
}

/** Slots of repairs and of balancing are not the same. */
function waitFor(round: Round, task: TabletTaskState, places: readonly string[]): void {
  round.waiting.push(task);
  if (places.length === 0) return;
  task.waitsFor = places.map((place) => `${task.type} ${place}`);
  for (const place of task.waitsFor) round.full.add(place);
}

function move(state: ClusterState, task: TabletTaskState, place: TabletPlace, round: Round): void {
  if (healthOf(state, place).status !== 'HEALTHY') {
    cancel(state, task, { errorMessage: 'tablet is unhealthy when doing balance', code: 'DIAGNOSE_IGNORE' });
    return;
  }
  const target = task.targetBackendId === undefined ? undefined : backendById(state, task.targetBackendId);
  if (target === undefined || !takesReplicas(state, target)) {
    cancel(state, task, { errorMessage: 'cluster is balance', code: 'DIAGNOSE_IGNORE' });
    return;
  }
  copy(state, task, place, { round, onlyTo: target.row.id });
}
