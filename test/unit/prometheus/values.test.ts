import { describe, expect, it } from 'vitest';
import type { SignalPolicy } from '../../../src/domain/group-policy.ts';
import type { Topology } from '../../../src/domain/topology.ts';
import { signalQueries } from '../../../src/prometheus/promql/signal-queries.ts';
import { valuesOf } from '../../../src/prometheus/values.ts';
import type { Values } from '../../../src/prometheus/values.ts';
import {
  backend,
  backends,
  clusterPolicy,
  CPU,
  frontend,
  GIB,
  groupPolicy,
  HEAP,
  QUERIES,
  topology,
} from '../../support/decision-input.ts';

interface Given {
  readonly signal: SignalPolicy;
  readonly samples: Readonly<Record<string, number>> | readonly (readonly [object, number])[];
  readonly capacities?: Readonly<Record<string, number>>;
  readonly nodes?: Topology;
  readonly group?: string;
}

function look({ signal, samples, capacities = {}, nodes = topology(backends(2)), group = 'default' }: Given): Values {
  const policy = clusterPolicy();
  const list = Array.isArray(samples)
    ? samples.map(([labels, value]: readonly [object, number]) => ({ labels: labels as Record<string, string>, value }))
    : Object.entries(samples).map(([instance, value]) => ({ labels: { instance }, value: value as number }));
  return valuesOf(list, new Map(Object.entries(capacities)), {
    policy,
    group: groupPolicy({ group }),
    topology: nodes,
    signal,
    queries: signalQueries(signal, policy.prometheus),
  });
}

const DISK: SignalPolicy = { ...CPU, name: 'be_disk' };
const MEMORY: SignalPolicy = { ...HEAP, name: 'be_memory' };
const QPS: SignalPolicy = { ...QUERIES, name: 'fe_qps', query: undefined };
const OWN: SignalPolicy = { ...CPU, name: 'busy', query: 'busy' };

describe('samples become a group’s value', () => {
  it('utilisation is the mean', () => {
    const found = look({ signal: CPU, samples: { '10.0.0.1:8040': 0.2, '10.0.0.2:8040': 0.6 } });
    expect(found).toMatchObject({ value: 0.4, problem: undefined, missing: [], foreign: [] });
    expect(found.nodes).toEqual([
      { backend: '10.0.0.1:9050', value: 0.2, capacity: 16 },
      { backend: '10.0.0.2:9050', value: 0.6, capacity: 16 },
    ]);
  });

  it('weighted by cores where they differ', () => {
    const nodes = topology([backend(0, { cpuCores: 8 }), backend(1, { cpuCores: 24 })]);
    expect(look({ signal: CPU, samples: { '10.0.0.1:8040': 1, '10.0.0.2:8040': 0.2 }, nodes }).value).toBeCloseTo(0.4);
  });

  it('unweighted where a version shows the cores of some only', () => {
    const nodes = topology([backend(0, { cpuCores: undefined }), backend(1, { cpuCores: 24 })]);
    expect(look({ signal: CPU, samples: { '10.0.0.1:8040': 1, '10.0.0.2:8040': 0.2 }, nodes }).value).toBeCloseTo(0.6);
  });

  it('bytes are a share of all disks, a node without a known capacity makes it unknown', () => {
    const samples = { '10.0.0.1:8040': 30, '10.0.0.2:8040': 60 };
    const capacities = { '10.0.0.1:9050': 100, '10.0.0.2:9050': 200 };
    expect(look({ signal: DISK, samples, capacities })).toMatchObject({ value: 0.3, problem: undefined });
    expect(look({ signal: DISK, samples, capacities: { '10.0.0.1:9050': 100 } }).problem).toBe(
      'no capacity of 10.0.0.2:9050 is known',
    );
  });

  it('a level is the highest', () => {
    const samples = { 'fe1:8030': 0.3, 'fe2:8030': 0.7, 'fe3:8030': 0.5 };
    expect(look({ signal: HEAP, samples })).toMatchObject({ value: 0.7, problem: undefined });
  });

  it('a total over the frontends is their sum', () => {
    expect(look({ signal: QPS, samples: { 'fe1:8030': 10, 'fe2:8030': 20, 'fe3:8030': 30 } }).value).toBe(60);
  });

  it('memory is a share of memoryPerNode, of what Doris shows, or unknown', () => {
    const samples = { '10.0.0.1:8040': 16 * GIB, '10.0.0.2:8040': 8 * GIB };
    expect(look({ signal: MEMORY, samples }).value).toBe(0.25);
    expect(look({ signal: { ...MEMORY, memoryPerNodeBytes: 32 * GIB }, samples }).value).toBe(0.5);
    const nodes = topology(backends(2, { memoryBytes: undefined }));
    expect(look({ signal: MEMORY, samples, nodes })).toMatchObject({
      value: undefined,
      problem: 'this Doris shows no memory size of 10.0.0.1:9050: set memoryPerNode',
    });
  });

  it('only the group’s own backends count, those of another group are no strangers', () => {
    const nodes = topology([backend(0), backend(1, { group: 'etl' })]);
    const samples = { '10.0.0.1:8040': 0.2, '10.0.0.2:8040': 0.6 };
    expect(look({ signal: CPU, samples, nodes })).toMatchObject({ value: 0.2, problem: undefined });
    expect(look({ signal: CPU, samples, nodes, group: 'etl' })).toMatchObject({ value: 0.6, problem: undefined });
  });

  it('one number for the group stands without nodes, one per backend with them', () => {
    expect(look({ signal: OWN, samples: [[{}, 0.5]] })).toMatchObject({ value: 0.5, nodes: [], problem: undefined });
    const found = look({ signal: OWN, samples: { '10.0.0.1:9100': 0.2, '10.0.0.2:9100': 0.4 } });
    expect(found.value).toBeCloseTo(0.3);
    expect(found.nodes).toHaveLength(2);
  });
});

describe('samples that are no value', () => {
  it.each<[string, Given, string]>([
    ['nothing', { signal: QUERIES, samples: [] }, 'no series answers queries'],
    ['NaN', { signal: QUERIES, samples: [[{ job: 'a' }, Number.NaN]] }, '{job="a"} is NaN'],
    ['a division by zero', { signal: QUERIES, samples: [[{}, Number.POSITIVE_INFINITY]] }, '{} is Infinity'],
    [
      'one bad among good ones',
      { signal: CPU, samples: { '10.0.0.1:8040': 0.2, '10.0.0.2:8040': Number.NaN } },
      '{instance="10.0.0.2:8040"} is NaN',
    ],
    [
      'several series where one is expected',
      {
        signal: QUERIES,
        samples: [
          [{ job: 'a' }, 1],
          [{ job: 'b' }, 2],
        ],
      },
      'one series is expected, there are 2: {job="a"} and {job="b"}',
    ],
    [
      'several of a group’s query, one of them without an instance',
      {
        signal: OWN,
        samples: [
          [{ instance: '10.0.0.1:8040' }, 1],
          [{}, 2],
        ],
      },
      'one series is expected, there are 2: {instance="10.0.0.1:8040"} and {}',
    ],
    ['a backend without a series', { signal: CPU, samples: { '10.0.0.1:8040': 0.2 } }, 'no series of 10.0.0.2:9050'],
    [
      'a backend without a series of the operator’s own query',
      { signal: OWN, samples: { '10.0.0.1:8040': 0.2 } },
      'no series of 10.0.0.2:9050',
    ],
    [
      'a series of no backend',
      { signal: CPU, samples: { '10.0.0.1:8040': 0.2, '10.0.0.2:8040': 0.2, '10.7.0.1:8040': 0.9 } },
      'series of no node of this cluster: 10.7.0.1:8040; pin the cluster by prometheus.labels or name them in instanceMap',
    ],
    [
      'a frontend without a series: that it is quiet is not known',
      { signal: QPS, samples: { 'fe1:8030': 10, 'fe2:8030': 20 } },
      'no series of fe3:9010',
    ],
  ])('%s', (_what, given, problem) => {
    expect(look(given).problem).toBe(problem);
  });

  describe('beside good ones of the group', () => {
    const nodes = topology([backend(0), backend(1, { group: 'etl' })]);
    const GOOD = [{ instance: '10.0.0.1:8040' }, 0.2] as const;
    it.each<[string, Given['samples'], string]>([
      [
        'one of another group that is no number',
        [GOOD, [{ instance: '10.0.0.2:8040' }, Number.NaN]],
        '{instance="10.0.0.2:8040"} is NaN',
      ],
      [
        'two of one backend of another group',
        [GOOD, [{ instance: '10.0.0.2:8040' }, 0.6], [{ instance: '10.0.0.2:9100' }, 0.6]],
        '{instance="10.0.0.2:8040"} and {instance="10.0.0.2:9100"} both belong to 10.0.0.2:9050',
      ],
    ])('%s: the value of that group alone is spoilt', (_what, samples, problem) => {
      for (const signal of [CPU, OWN]) {
        expect(look({ signal, samples, nodes })).toMatchObject({ value: 0.2, problem: undefined });
        expect(look({ signal, samples, nodes, group: 'etl' })).toMatchObject({ problem });
      }
    });

    it('one of a dead frontend that is no number spoils nothing', () => {
      const frontends = [frontend(0), frontend(1, { alive: false })];
      const samples = { 'fe1:8030': 5, 'fe2:8030': Number.NaN };
      expect(look({ signal: QPS, samples, nodes: topology([], { frontends }) })).toMatchObject({
        value: 5,
        problem: undefined,
      });
    });

    it('one of no node of this cluster spoils it, a number or not', () => {
      const samples = { '10.0.0.1:8040': 0.2, '10.7.0.1:8040': Number.NaN };
      expect(look({ signal: CPU, samples, nodes })).toMatchObject({
        foreign: ['10.7.0.1:8040'],
        problem: expect.stringContaining('series of no node of this cluster: 10.7.0.1:8040') as string,
      });
    });
  });

  it('one that is no number hides no backend without a series', () => {
    const samples = { '10.0.0.1:8040': Number.NaN };
    expect(look({ signal: CPU, samples })).toMatchObject({ value: undefined, nodes: [], missing: ['10.0.0.2:9050'] });
  });

  it('a dead backend is missed, a dead frontend is not', () => {
    const nodes = topology([backend(0), backend(1, { alive: false })], {
      frontends: [frontend(0), frontend(1, { alive: false })],
    });
    expect(look({ signal: CPU, samples: { '10.0.0.1:8040': 0.2 }, nodes }).missing).toEqual(['10.0.0.2:9050']);
    expect(look({ signal: QPS, samples: { 'fe1:8030': 5 }, nodes })).toMatchObject({ value: 5, problem: undefined });
  });

  it('names five of many, and how many more', () => {
    expect(look({ signal: CPU, samples: { '10.0.0.1:8040': 0 }, nodes: topology(backends(9)) }).problem).toBe(
      'no series of 10.0.0.2:9050, 10.0.0.3:9050, 10.0.0.4:9050, 10.0.0.5:9050, 10.0.0.6:9050 and 3 more',
    );
  });
});
