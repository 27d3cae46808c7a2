import type { SignalPolicy } from '../../../src/domain/group-policy.ts';
import type { OperationKind, StepRecord } from '../../../src/domain/operation.ts';
import type { ClusterPolicy, FrontendPolicy } from '../../../src/domain/policy.ts';
import type { ClusterOptions } from '../../../src/simulator/cluster.ts';
import { KINDS } from '../../../src/operation/kinds/tables.ts';
import { CPU, groupPolicy, HOUR, MINUTE, windowsPolicy } from '../../support/decision-input.ts';
import { simulate } from './simulate.ts';
import type { SimulateOptions, Simulation } from './simulate.ts';

const SIXTY: SignalPolicy = { ...CPU, purpose: { kind: 'size', form: 'target', targetRatio: 0.6 } };
/** Into the second window: what failed in the first one rests for a day. */
const LONGEST_MS = 27 * HOUR;

export const ALL_KINDS = Object.keys(KINDS) as OperationKind[];

export interface Members {
  readonly backends: number;
  readonly followers: number;
  readonly observers: number;
}

interface Scene {
  readonly has: Members;
  readonly ends: Members;
  readonly frontend?: Partial<FrontendPolicy>;
}

const FOUR: Members = { backends: 4, followers: 3, observers: 0 };
const scene = (has: Partial<Members>, ends: Partial<Members>, frontend?: Scene['frontend']): Scene => ({
  has: { ...FOUR, ...has },
  ends: { ...FOUR, ...ends },
  ...(frontend === undefined ? {} : { frontend }),
});

/** A quiet cluster of which its policy wants this one thing changed. */
const SCENES: Readonly<Record<OperationKind, Scene>> = {
  'add-backend': scene({}, { backends: 5 }),
  'remove-backend': scene({ backends: 5 }, {}),
  'add-observer': scene({}, { observers: 1 }, { backendsPerFrontend: { min: 1, max: 1 } }),
  'remove-observer': scene({ observers: 1 }, {}, { backendsPerFrontend: { min: 2, max: 4 } }),
  'add-follower': scene({}, { followers: 5 }, { followers: 5 }),
  'remove-follower': scene({ followers: 5 }, {}),
};

export interface Staged {
  readonly simulation: Simulation;
  readonly ends: Members;
  /** Until nothing is open and the cluster is as its policy wants it, then a few evaluations more; who died is started. */
  settle(): Promise<void>;
}

/** The cluster five minutes before its window. */
export async function stage(
  kind: OperationKind,
  options: Partial<Pick<SimulateOptions, 'between' | 'wrote' | 'hosts'>> & {
    readonly version?: ClusterOptions['version'];
    readonly policy?: Partial<ClusterPolicy>;
  } = {},
): Promise<Staged> {
  const { has, ends, frontend } = SCENES[kind];
  const { version = '4.0', policy, ...rest } = options;
  const managed: string[] = [];
  const simulation = await simulate({
    startAt: '2026-03-02T00:55:00Z',
    intervalMs: MINUTE,
    cluster: {
      version,
      frontends: has.followers,
      observers: has.observers,
      backends: has.backends,
      spareFrontends: 2,
      spareBackends: 2,
      load: () => 1.2,
    },
    policy: {
      windows: windowsPolicy(),
      backends: [groupPolicy({ signals: [SIXTY], min: ends.backends, max: 6, provisioner: 'spares' })],
      frontend: {
        backendsPerFrontend: { min: 1, max: 20 },
        followers: 3,
        provisioner: 'spares',
        ...frontend,
        observers: { min: 0, max: 1, managed },
      },
      migration: {
        inWindow: { schedule_slot_num_per_hdd_path: 6, balance_slot_num_per_path: 2 },
        outside: undefined,
        assumedRateBytesPerSecond: 20 * 1024 ** 2,
      },
      ...policy,
    },
    ...rest,
  });
  for (const { host, ports, role, registered } of simulation.cluster.frontends()) {
    if (registered && role === 'OBSERVER') managed.push(`${host}:${String(ports.editLog)}`);
  }
  const isOver = async (): Promise<boolean> => {
    const operations = await simulation.operations();
    const open = operations.some(({ endedAt }) => endedAt === undefined);
    return operations.length > 0 && !open && sameMembers(membersOf(simulation), ends);
  };
  return {
    simulation,
    ends,
    async settle() {
      const latest = simulation.clock.now() + LONGEST_MS;
      while (simulation.clock.now() < latest && !(await isOver())) {
        await simulation.advanceBy(MINUTE);
        if (!simulation.life().dead()) continue;
        await simulation.kill();
        await simulation.start();
      }
      await simulation.advanceBy(5 * MINUTE);
    },
  };
}

export function membersOf({ cluster }: Simulation): Members {
  const frontends = cluster.frontends().filter(({ registered }) => registered);
  return {
    backends: cluster.backends().filter(({ registered }) => registered).length,
    followers: frontends.filter(({ role }) => role === 'FOLLOWER').length,
    observers: frontends.filter(({ role }) => role === 'OBSERVER').length,
  };
}

function sameMembers(a: Members, b: Members): boolean {
  return a.backends === b.backends && a.followers === b.followers && a.observers === b.observers;
}

/** Keys of the steps that an operation of this kind takes when nothing goes wrong. */
export function stepsOf(kind: OperationKind): readonly string[] {
  return [...KINDS[kind].steps, ...KINDS[kind].after].map(({ key }) => key);
}

/** Calls back once: `before` a step's effect when its intent is written, `after` it when the answer or the outcome is. */
export function at(step: string, moment: 'before' | 'after', then: () => void): (record: StepRecord) => void {
  let called = false;
  return ({ key, state, data }) => {
    const settled = state !== 'intent' || data['answeredAt'] !== undefined;
    if (called || !key.endsWith(`.${step}`) || settled !== (moment === 'after')) return;
    called = true;
    then();
  };
}
