import type { ClusterPolicy } from '../../../src/domain/policy.ts';
import type { DorisVersion } from '../../../src/simulator/cluster.ts';
import type { PlannedFault } from './planned-fault.ts';
import { dice } from './scenario-dice.ts';
import { plannedFaults } from './scenario-faults.ts';
import { drawLoad } from './scenario-load.ts';
import type { LoadShape } from './scenario-load.ts';
import { drawEdits } from './scenario-edits.ts';
import { drawPolicy } from './scenario-policy.ts';
import { withTagged } from './scenario-tagged.ts';
import { drawPlace } from './scenario-zones.ts';

/** One cluster over some days, with its load, its policy and everything that goes wrong: plain JSON, to be run again. */
export interface Scenario {
  readonly seed: number;
  readonly days: number;
  /** RFC 3339. */
  readonly startAt: string;
  /** Between two evaluations. */
  readonly intervalMs: number;
  /** The same while an operation is open. */
  readonly busyIntervalMs: number;
  readonly cluster: ScenarioCluster;
  readonly load: LoadShape;
  /** What differs from `clusterPolicy()`; endpoints, user and name are the engine's. */
  readonly policy: Partial<ClusterPolicy>;
  /** Reloads of the policy file, by their instants. */
  readonly edits: readonly PolicyEdit[];
  /** By their instants. */
  readonly faults: readonly PlannedFault[];
}

export interface ScenarioCluster {
  readonly version: DorisVersion;
  readonly frontends: number;
  readonly observers: number;
  /** Those of `tagged` included. */
  readonly backends: number;
  /** The last so many of them have another resource tag. */
  readonly tagged?: { readonly tag: string; readonly backends: number; readonly load: LoadShape };
  readonly spareBackends: number;
  readonly spareFrontends: number;
  readonly backendBytes: number;
  readonly diskBytes: number;
  /** Of migration, host start and balancing. */
  readonly speed: number;
}

/** How often people and loads change what is wanted: every day or two, or hardly ever. */
export type Life = 'calm' | 'busy';

/** What the policy says otherwise from then on. */
export interface PolicyEdit {
  /** From the start of the scenario. */
  readonly atMs: number;
  readonly policy: Partial<ClusterPolicy>;
}

const MINUTE = 60_000;
const MIB = 2 ** 20;
const GIB = 2 ** 30;

/** The scenario of a seed: most nights are calm, some are wild, and every fault ends before the last day. */
export function scenarioOf(seed: number, days: number): Scenario {
  const roll = dice(seed);
  const { timezone, startAt } = drawPlace(roll, days);
  const life = roll.pick<Life>(['calm', 'busy', 'busy', 'busy', 'busy']);
  const untagged = drawCluster(roll);
  const load = drawLoad(roll, { backends: untagged.backends, days, timezone, life });
  const around = { timezone, startAt, days, cluster: untagged, life };
  const { cluster, policy } = withTagged(seed, around, drawPolicy(roll, around));
  const edits = drawEdits(roll, { policy, days, cluster: untagged, life });
  const asked = [policy, ...edits.map((edit) => edit.policy)].some(({ mode }) => mode === 'approve');
  const faults = plannedFaults(roll, { policy, startAt, days, cluster, life, asked });
  const intervals = { intervalMs: 10 * MINUTE, busyIntervalMs: 5 * MINUTE };
  return { seed, days, startAt, ...intervals, cluster, load, policy, edits, faults };
}

function drawCluster(roll: ReturnType<typeof dice>): ScenarioCluster {
  return {
    version: roll.pick(['2.1', '3.0', '4.0']),
    frontends: roll.pick([1, 3, 3, 3, 5]),
    observers: roll.pick([0, 0, 0, 1, 2]),
    backends: roll.pick([3, 4, 4, 5, 5, 6, 6, 7, 8, 9, 10, 12]),
    spareBackends: roll.pick([0, 1, 2, 3, 3, 4, 4, 6]),
    spareFrontends: roll.pick([0, 1, 2, 3]),
    // A disk with less than 2 GiB left takes nothing.
    ...roll.pick([
      { backendBytes: 32 * MIB, diskBytes: 64 * GIB, speed: 1 },
      { backendBytes: 32 * MIB, diskBytes: 64 * GIB, speed: 1 },
      { backendBytes: 256 * MIB, diskBytes: 64 * GIB, speed: 1 },
      { backendBytes: GIB, diskBytes: 16 * GIB, speed: 1 },
      // About an hour for a drain, and one that lasts several nights.
      { backendBytes: 4 * GIB, diskBytes: 24 * GIB, speed: 0.1 },
      { backendBytes: 8 * GIB, diskBytes: 48 * GIB, speed: 0.02 },
    ]),
  };
}
