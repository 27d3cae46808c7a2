import { describe, expect, it } from 'vitest';
import type { GroupPolicy, SignalPolicy } from '../../../src/domain/group-policy.ts';
import type { Topology } from '../../../src/domain/topology.ts';
import { readEmergency, readIdle } from '../../../src/prometheus/conditions.ts';
import {
  backend,
  clusterPolicy,
  CPU,
  GIB,
  groupPolicy,
  HEAP,
  MINUTE,
  NOW,
  QUERIES,
  topology,
  windowsPolicy,
} from '../../support/decision-input.ts';
import { instances, steadyPrometheus } from '../../support/steady-prometheus.ts';

type Samples = Readonly<Record<string, number>>;

interface Given {
  readonly signal: string;
  readonly bound: number;
  readonly groups?: readonly GroupPolicy[];
  readonly nodes?: Topology;
  /** By instance; or one number for each query. */
  readonly now: Samples | ((query: string) => number);
}

const HOT = backend(0);
const COLD = [backend(1, { group: 'cold' }), backend(2, { group: 'cold' })];
const BOTH = topology([HOT, ...COLD]);
const HOT_AT = '10.0.0.1:8040';
const [COLD_AT, COLDER_AT] = ['10.0.0.2:8040', '10.0.0.3:8040'];

const two = (hot: SignalPolicy, cold: SignalPolicy): readonly GroupPolicy[] => [
  groupPolicy({ signals: [hot] }),
  groupPolicy({ group: 'cold', signals: [cold] }),
];
const own = (query: string): SignalPolicy => ({ ...QUERIES, name: 'load', query });
const memory = (memoryPerNodeBytes: number | undefined): SignalPolicy => ({
  ...HEAP,
  name: 'be_memory',
  memoryPerNodeBytes,
});

function asked({ groups = two(CPU, CPU), nodes = BOTH, now }: Given, windows: Parameters<typeof windowsPolicy>[0]) {
  const client = steadyPrometheus((query) =>
    typeof now === 'function' ? [{ labels: {}, value: now(query) }] : instances(now),
  );
  return [
    client,
    { policy: clusterPolicy({ backends: groups, windows: windowsPolicy(windows) }), topology: nodes, at: NOW },
  ] as const;
}

async function idle(given: Given) {
  const condition = { signal: given.signal, below: given.bound, forMs: 5 * MINUTE };
  const [reading] = await readIdle(...asked(given, { idle: [condition] }));
  return reading;
}

async function emergency(given: Given) {
  const condition = { signal: given.signal, above: given.bound, forMs: 5 * MINUTE };
  return await readEmergency(...asked(given, { emergency: condition }));
}

const calm = { [HOT_AT]: 0.1, [COLD_AT]: 0.1, [COLDER_AT]: 0.1 };

describe('a condition of a cluster with several groups', () => {
  const loads = two(own('load_hot'), own('load_cold'));
  const of = (hot: number, cold: number) => (query: string) => (query.includes('load_cold') ? cold : hot);

  it.each([
    ['all', of(5, 6), 'idle', 6],
    ['the first alone', of(5, 900), 'busy', 900],
    ['the second alone', of(900, 5), 'busy', 900],
  ])('is idle when each group is by its own query: %s', async (_what, now, state, value) => {
    expect(await idle({ signal: 'load', bound: 100, groups: loads, now })).toMatchObject({ state, value });
  });

  it.each([
    ['none', of(5, 6), false],
    ['the first', of(900, 5), true],
    ['the second', of(5, 900), true],
  ])('is an emergency when one group is beyond it by its own query: %s', async (_what, now, value) => {
    expect(await emergency({ signal: 'load', bound: 100, groups: loads, now })).toEqual({ known: true, value });
  });

  it('asks a query of the operator’s of no group but its own', async () => {
    const groups = two(own('load_hot'), CPU);
    expect(await idle({ signal: 'load', bound: 100, groups, now: of(5, 900) })).toMatchObject({ state: 'idle' });
  });

  it.each([
    ['its own', memory(64 * GIB), true],
    ['what Doris shows', memory(undefined), true],
    ['what Doris shows, without the signal', CPU, true],
    ['its own, which is larger', memory(256 * GIB), false],
  ])('divides memory by that of each group: %s', async (_what, cold, value) => {
    const nodes = topology([HOT, ...COLD.map((each) => ({ ...each, memoryBytes: 64 * GIB }))]);
    const now = { [HOT_AT]: 20 * GIB, [COLD_AT]: 62 * GIB, [COLDER_AT]: 62 * GIB };
    const groups = two(memory(256 * GIB), cold);
    expect(await emergency({ signal: 'be_memory', bound: 0.9, groups, nodes, now })).toEqual({ known: true, value });
  });
});

describe('what is unknown of one group', () => {
  const unknown = { known: false, reason: 'be_cpu is missing: no series of 10.0.0.3:9050' };

  it.each<[string, Samples, object]>([
    ['hides no emergency of another', { [HOT_AT]: 0.9, [COLD_AT]: 0.9 }, { known: true, value: true }],
    ['is no emergency, nor is it known to be none', { [HOT_AT]: 0.1, [COLD_AT]: 0.9 }, unknown],
  ])('%s', async (_what, now, expected) => {
    expect(await emergency({ signal: 'be_cpu', bound: 0.4, now })).toEqual(expected);
  });

  it('is not idle, however idle the others are', async () => {
    const now = { [HOT_AT]: 0.1, [COLD_AT]: 0.1 };
    expect(await idle({ signal: 'be_cpu', bound: 0.4, now })).toMatchObject({
      state: 'unknown',
      detail: unknown.reason,
    });
  });
});

describe('a group without a backend', () => {
  const nodes = topology([HOT]);

  it('has no load: the others tell whether the cluster is idle', async () => {
    const given = { signal: 'be_cpu', bound: 0.4, nodes };
    expect(await idle({ ...given, now: { [HOT_AT]: 0.1 } })).toMatchObject({
      state: 'idle',
      value: expect.closeTo(0.1) as number,
    });
    expect(await idle({ ...given, now: { [HOT_AT]: 0.5 } })).toMatchObject({ state: 'busy' });
    expect(await emergency({ ...given, now: { [HOT_AT]: 0.5 } })).toEqual({ known: true, value: true });
    expect(await emergency({ ...given, now: { [HOT_AT]: 0.1 } })).toEqual({ known: true, value: false });
  });

  it('with backends that are dead is unknown', async () => {
    const dead = topology([HOT, ...COLD.map((each) => ({ ...each, alive: false }))]);
    expect(await idle({ signal: 'be_cpu', bound: 0.4, nodes: dead, now: { [HOT_AT]: 0.1 } })).toMatchObject({
      state: 'unknown',
    });
  });

  it('leaves nothing known where there is no other', async () => {
    const given = { signal: 'be_cpu', bound: 0.4, nodes: topology([]), now: calm };
    const reason = 'no group with a signal named be_cpu has a backend';
    expect(await idle(given)).toMatchObject({ state: 'unknown', detail: reason });
    expect(await emergency(given)).toEqual({ known: false, reason });
    const strange = { ...given, signal: 'nothing' };
    expect(await emergency(strange)).toEqual({ known: false, reason: 'no group has a signal named nothing' });
  });

  it('does not hide what the frontends say', async () => {
    const now = { 'fe1:8030': 0.3, 'fe2:8030': 0.3, 'fe3:8030': 0.3 };
    expect(await idle({ signal: 'fe_heap', bound: 0.6, nodes: topology([]), now })).toMatchObject({ state: 'idle' });
  });
});
