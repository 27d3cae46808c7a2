import { configFlag, configNumber } from '../config.ts';
import { type RegisteredBackend, registeredBackends } from '../queries.ts';
import { wantSchedule } from '../rounds.ts';
import type { ClusterState } from '../state.ts';
import type { TabletState } from '../tablets/state.ts';
import { holdersOf } from '../tablets/tablet-health.ts';
import { tabletsOf, type TabletPlace } from '../tablets/tablet-index.ts';
import { takesReplicas } from './destination.ts';
import { addPending, newTask } from './tasks.ts';

interface Weight {
  readonly backend: RegisteredBackend;
  bytes: number;
  replicas: number;
  score: number;
}

/**
 * One round of the balancer: moves are planned from the heaviest backend of a tag to the lightest until all are within the
 * threshold, at most a hundred at once. Repairs go first.
 */
export function balance(state: ClusterState): void {
  state.scheduler.nextBalanceAtMs = undefined;
  if (configFlag(state, 'disable_balance') || configFlag(state, 'disable_tablet_scheduler')) return;
  const tasks = [...state.scheduler.tasks.values()];
  if (tasks.some(({ type }) => type === 'REPAIR')) return;
  const room = configNumber(state, 'max_balancing_tablets') - tasks.length;
  const tags = new Set(registeredBackends(state).map(({ row }) => row.tags['location'] ?? 'default'));
  let planned = 0;
  for (const tag of tags) {
    const weights = weightsOf(state, tag);
    while (planned < room && planMove(state, weights)) planned += 1;
  }
  if (planned > 0) wantSchedule(state);
}

/** Of the backends of a tag that take replicas, with the moves that are on their way. */
function weightsOf(state: ClusterState, tag: string): Weight[] {
  const weights = registeredBackends(state)
    .filter((backend) => takesReplicas(state, backend) && backend.row.tags['location'] === tag)
    .map((backend): Weight => {
      const held = tabletsOf(state, backend.row.id);
      const bytes = held.bytesByDisk.reduce((sum, each) => sum + each, 0);
      return { backend, bytes, replicas: held.replicas.size, score: 0 };
    });
  for (const task of state.scheduler.tasks.values()) {
    const from = weights.find(({ backend }) => backend.row.id === task.surplusBackendId);
    if (from !== undefined) add(from, -task.bytes, -1);
    const to = weights.find(({ backend }) => backend.row.id === task.targetBackendId);
    // A running copy counts as a replica already.
    if (to !== undefined && task.type === 'BALANCE') add(to, task.bytes, task.state === 'RUNNING' ? 0 : 1);
  }
  return weights;
}

function add(weight: Weight, bytes: number, replicas: number): void {
  weight.bytes += bytes;
  weight.replicas += replicas;
}

/** Half by the share of bytes, half by that of replicas; 1 is the average. */
function scoreAll(weights: readonly Weight[]): void {
  const averageBytes = weights.reduce((sum, { bytes }) => sum + bytes, 0) / weights.length;
  const averageReplicas = weights.reduce((sum, { replicas }) => sum + replicas, 0) / weights.length;
  for (const weight of weights) {
    weight.score = 0.5 * ratio(weight.bytes, averageBytes) + 0.5 * ratio(weight.replicas, averageReplicas);
  }
}

function ratio(value: number, average: number): number {
  return average > 0 ? value / average : 1;
}

function planMove(state: ClusterState, weights: readonly Weight[]): boolean {
  if (weights.length < 2) return false;
  scoreAll(weights);
  const ordered = weights.toSorted((a, b) => a.score - b.score);
  const lightest = ordered[0];
  const heaviest = ordered.at(-1);
  if (lightest === undefined || heaviest === undefined) return false;
  const threshold = configNumber(state, 'balance_load_score_threshold');
  if (heaviest.score <= 1 + threshold && lightest.score >= 1 - threshold) return false;
  const place = movable(state, heaviest, lightest);
  if (place === undefined) return false;
  addPending(
    state,
    newTask(
      state,
      place,
      { status: 'HEALTHY', priority: 'NORMAL' },
      { sourceBackendId: heaviest.backend.row.id, targetBackendId: lightest.backend.row.id },
    ),
  );
  add(heaviest, -place.tablet.bytes, -1);
  add(lightest, place.tablet.bytes, 1);
  return true;
}

/** The first tablet of the heaviest that the lightest has no replica of and whose move brings the two closer together. */
function movable(state: ClusterState, heaviest: Weight, lightest: Weight): TabletPlace | undefined {
  for (const [tabletId, replica] of tabletsOf(state, heaviest.backend.row.id).replicas) {
    if (replica.state !== 'NORMAL' || state.scheduler.tasks.has(tabletId)) continue;
    const place = state.index.places.get(tabletId);
    if (place === undefined || place.table.colocateGroup !== undefined) continue;
    if (place.tablet.bytes > heaviest.bytes - lightest.bytes && heaviest.replicas - lightest.replicas < 2) continue;
    if (isOnHost(state, place.tablet, lightest.backend.host)) continue;
    return place;
  }
  return undefined;
}

function isOnHost(state: ClusterState, tablet: TabletState, host: string): boolean {
  return holdersOf(state, tablet).some(({ backend }) => backend?.host === host);
}
