import type { OperationKind, OperationState } from '../../../src/domain/operation.ts';
import { KINDS } from '../../../src/operation/kinds/tables.ts';
import type { SimulatorDescription } from '../../../src/simulator/wire/describe.ts';
import type { KillPoint } from './point.ts';
import type { KillStage, StageOptions } from './stage.ts';

/** One operation from its admission to its end, undisturbed but for what the scenario itself does. */
export interface Scenario extends StageOptions {
  /** `add-backend`, or with what becomes of it: `add-backend undone`. */
  readonly name: string;
  readonly kind: OperationKind;
  readonly ends: OperationState;
  /** Keys of the steps that it passes, in their order. */
  readonly steps: readonly string[];
  /** What happens beside the daemon; called again and again until it resolves to true. */
  readonly beside?: (stage: KillStage) => Promise<boolean>;
}

const BACKENDS = (min: number): string => `    windows: { timezone: UTC, always: true }
    operations: { drainQueries: 1m }
    backends:
      - group: default
        min: ${String(min)}
        max: 6
        provisioner: spares
        signals: [{ signal: be_cpu, target: 60% }]
        minHold: 0s
        cooldown: { in: 1m, out: 1m }
        stabilize: { in: 30s }
    migration:
      inWindow: { schedule_slot_num_per_hdd_path: 8, balance_slot_num_per_path: 4 }
`;

const growing: StageOptions = {
  simulator: { frontends: 1, backends: 3, spareBackends: 1, load: () => 1.2 },
  policy: () => BACKENDS(4),
};
const shrinking: StageOptions = {
  simulator: { frontends: 1, backends: 4, load: () => 1.2 },
  policy: () => BACKENDS(3),
};
const oneMoreFrontend: StageOptions = {
  simulator: { frontends: 1, backends: 3, spareFrontends: 1, load: () => 1.2 },
  policy: () =>
    `${BACKENDS(3)}    frontend: { followers: 1, backendsPerFrontend: { min: 1, max: 2 }, provisioner: spares }\n`,
};

const oneFrontendLess: StageOptions = {
  simulator: { frontends: 1, observers: 1, backends: 3, load: () => 1.2 },
  policy: (cluster) =>
    `${BACKENDS(3)}    frontend: { followers: 1, backendsPerFrontend: { min: 2, max: 4 }, provisioner: spares, observers: { managed: ["${observerOf(cluster)}"] } }\n`,
};
const followersLess: StageOptions = {
  simulator: { frontends: 3, backends: 3, load: () => 1.2 },
  policy: () => `${BACKENDS(3)}    frontend: { followers: 1, provisioner: spares }\n`,
};

export const SCENARIOS: readonly Scenario[] = [
  { name: 'add-backend', kind: 'add-backend', ends: 'succeeded', steps: forward('add-backend'), ...growing },
  {
    name: 'remove-backend',
    kind: 'remove-backend',
    ends: 'succeeded',
    steps: forward('remove-backend'),
    ...shrinking,
  },
  { name: 'add-observer', kind: 'add-observer', ends: 'succeeded', steps: forward('add-observer'), ...oneMoreFrontend },
  {
    name: 'remove-observer',
    kind: 'remove-observer',
    ends: 'succeeded',
    steps: forward('remove-observer'),
    ...oneFrontendLess,
  },
  {
    name: 'add-follower',
    kind: 'add-follower',
    ends: 'succeeded',
    steps: forward('add-follower'),
    simulator: { frontends: 1, backends: 3, spareFrontends: 2, load: () => 1.2 },
    policy: () => `${BACKENDS(3)}    frontend: { followers: 3, provisioner: spares }\n`,
  },
  {
    name: 'remove-follower',
    kind: 'remove-follower',
    ends: 'succeeded',
    steps: forward('remove-follower'),
    ...followersLess,
  },
  {
    name: 'add-backend undone',
    kind: 'add-backend',
    ends: 'failed',
    steps: [...undone('add-backend'), 'restore'],
    ...growing,
    // Its storage turns out to be of another cluster: no heartbeat is ever accepted.
    async beside({ simulator, operations, now }) {
      const [operation] = await operations();
      if (!isAt(operation, 'reset')) return false;
      const spare = simulator.cluster.backends().find(({ registered }) => !registered);
      if (spare !== undefined)
        simulator.cluster.inject({ kind: 'foreign-storage', host: spare.host, clusterId: '4711' }, now());
      return true;
    },
  },
  {
    name: 'remove-backend undone',
    kind: 'remove-backend',
    ends: 'cancelled',
    steps: [...undone('remove-backend'), 'restore'],
    ...shrinking,
    // Queries keep it from going, and a person wants it back.
    async beside(stage) {
      setQueries(stage, 3);
      const [operation] = await stage.operations();
      if (!isAt(operation, 'disable-query') || operation === undefined) return false;
      const order = { at: stage.now(), by: 'ann', reason: 'wanted back' };
      return await stage.store.control.requestCancel(operation.id, order);
    },
  },
  {
    name: 'remove-backend taken back',
    kind: 'remove-backend',
    ends: 'succeeded',
    steps: takenBack('remove-backend'),
    ...shrinking,
    beside: queriesUntilBack,
  },
  {
    name: 'add-observer undone',
    kind: 'add-observer',
    ends: 'cancelled',
    steps: undone('add-observer'),
    ...oneMoreFrontend,
    beside: givenUpOn,
  },
  {
    name: 'add-follower undone',
    kind: 'add-follower',
    ends: 'cancelled',
    steps: undone('add-follower'),
    // Of three another one that never comes leaves a majority.
    simulator: { frontends: 3, backends: 3, spareFrontends: 2, load: () => 1.2 },
    policy: () => `${BACKENDS(3)}    frontend: { followers: 5, provisioner: spares }\n`,
    beside: givenUpOn,
  },
  {
    name: 'remove-observer undone',
    kind: 'remove-observer',
    ends: 'cancelled',
    steps: undone('remove-observer'),
    ...oneFrontendLess,
    beside: keptForItsQueries,
  },
  {
    name: 'remove-follower undone',
    kind: 'remove-follower',
    ends: 'cancelled',
    steps: undone('remove-follower'),
    ...followersLess,
    beside: keptForItsQueries,
  },
  {
    name: 'remove-observer taken back',
    kind: 'remove-observer',
    ends: 'succeeded',
    steps: takenBack('remove-observer'),
    ...oneFrontendLess,
    beside: queriesUntilBack,
  },
  {
    name: 'remove-follower taken back',
    kind: 'remove-follower',
    ends: 'succeeded',
    steps: takenBack('remove-follower'),
    ...followersLess,
    beside: queriesUntilBack,
  },
];

/** Every place where a scenario may be cut off: before and after the effect of each step. */
export function pointsOf({ steps }: Scenario): readonly KillPoint[] {
  return steps.flatMap((step): readonly KillPoint[] => [
    { is: 'step', step, when: 'before' },
    { is: 'step', step, when: 'after' },
  ]);
}

function forward(kind: OperationKind): readonly string[] {
  return [...KINDS[kind].steps, ...KINDS[kind].after].map(({ key }) => key);
}

function undone(kind: OperationKind): readonly string[] {
  return ['turn', ...KINDS[kind].undo.map(({ key }) => key)];
}

function takenBack(kind: OperationKind): readonly string[] {
  return [...KINDS[kind].back.map(({ key }) => key), 'back', ...KINDS[kind].retaken];
}

/** Nobody reaches the hosts of an addition of frontends, and a person gives up on it. */
async function givenUpOn({ simulator, operations, now, store }: KillStage): Promise<boolean> {
  const [operation] = await operations();
  if (!isAt(operation, 'reset') || operation === undefined) return false;
  for (const { host, registered } of simulator.cluster.frontends()) {
    if (!registered) simulator.cluster.inject({ kind: 'partitioned-host', host, on: true }, now());
  }
  if (!isAt(operation, 'register')) return false;
  return await store.control.requestCancel(operation.id, { at: now(), by: 'ann', reason: 'it never comes' });
}

/** Clients keep a frontend from leaving, and a person wants it back. */
async function keptForItsQueries(stage: KillStage): Promise<boolean> {
  setQueries(stage, 3);
  const [operation] = await stage.operations();
  if (!isAt(operation, 'quorum') || operation === undefined) return false;
  return await stage.store.control.requestCancel(operation.id, { at: stage.now(), by: 'ann', reason: 'wanted back' });
}

/** Queries end only after the first way out was taken back. */
async function queriesUntilBack(stage: KillStage): Promise<boolean> {
  const [operation] = await stage.operations();
  const back = isAt(operation, 'back');
  setQueries(stage, back ? 0 : 3);
  return back;
}

function isAt(operation: Awaited<ReturnType<KillStage['operations']>>[number] | undefined, step: string): boolean {
  return operation?.steps.some(({ key, state }) => key.endsWith(`.${step}`) && state === 'done') === true;
}

/** On every node. */
function setQueries({ simulator: { cluster }, now }: KillStage, queries: number): void {
  for (const { host } of [...cluster.backends(), ...cluster.frontends()])
    cluster.inject({ kind: 'running-queries', host, queries }, now());
}

function observerOf({ frontends }: SimulatorDescription): string {
  const observer = frontends.find(({ role }) => role === 'OBSERVER');
  return String(observer?.host);
}
