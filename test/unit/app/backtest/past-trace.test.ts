import { describe, expect, it } from 'vitest';
import { pastTrace } from '../../../../src/app/backtest/past-trace.ts';
import type { PastPorts } from '../../../../src/app/backtest/past-trace.ts';
import { updateMembers } from '../../../../src/controller/memory/members.ts';
import type { LoadHistory, LoadSlot } from '../../../../src/domain/demand.ts';
import type { MemberOf } from '../../../../src/domain/ports/load-source.ts';
import type { Topology } from '../../../../src/domain/topology.ts';
import {
  backend,
  backends,
  clusterPolicy,
  CPU,
  groupPolicy,
  HOUR,
  NOW,
  QUERIES,
  slots,
  topology,
} from '../../../support/decision-input.ts';

const GROUP = groupPolicy({ signals: [CPU] });
const BASE = clusterPolicy({ backends: [GROUP] });
const PINNED = { ...BASE, prometheus: { ...BASE.prometheus, labels: { cluster: 'analytics' } } };
const MIXED = topology([...backends(3), backend(10, { group: 'etl' })]);

/** Whose series the source was told they are. */
async function told(look: () => Promise<Topology>, remembered: Topology | undefined): Promise<MemberOf | undefined> {
  let memberOf: MemberOf | undefined;
  const ports: PastPorts = {
    load: {
      history: async (request) => {
        memberOf = request.memberOf;
        return [];
      },
    },
    loads: { read: async (_cluster, key) => ({ ...key, signals: {} }) },
    memory: {
      members: async () => (remembered === undefined ? [] : updateMembers([], remembered, [], NOW - HOUR).members),
      fact: async () => undefined,
      setFact: async () => undefined,
    },
    reader: { topology: look },
  };
  await pastTrace(ports, PINNED, GROUP, { from: NOW - HOUR, until: NOW });
  return memberOf;
}

describe('the past of a group of which one of two signals is known', () => {
  const both = groupPolicy({ signals: [CPU, QUERIES] });
  const policy = clusterPolicy({ backends: [both] });
  const silent = (): Promise<never> => Promise.reject(new Error('connection refused'));
  const told: readonly LoadSlot[] = slots('be_cpu', () => 3, { until: NOW, days: 1 / 24 });

  const past = (history: PastPorts['load']['history'], signals: LoadHistory['signals']) => {
    const ports: PastPorts = {
      load: { history },
      loads: { read: async (_cluster, key) => ({ ...key, signals }) },
      memory: { members: async () => [], fact: async () => undefined, setFact: async () => undefined },
      reader: { topology: async () => MIXED },
    };
    return pastTrace(ports, policy, both, { from: NOW - HOUR, until: NOW });
  };
  const ofCpu: PastPorts['load']['history'] = async ({ signal }) => (signal.name === 'be_cpu' ? told : []);

  it.each([
    ['Prometheus answers nothing for the other', ofCpu, {}, undefined],
    ['the store knows it, and Prometheus answers nothing', async () => [], { be_cpu: told }, undefined],
    ['the store knows it, and Prometheus is down', silent, { be_cpu: told }, 'connection refused'],
  ])('is that signal alone where %s', async (_, history, signals, problem) => {
    const found = await past(history, signals);
    expect(found?.trace.columns.map(({ name }) => name)).toEqual(['be_cpu']);
    expect(found?.trace.columns[0]?.values.every((value) => value === 3)).toBe(true);
    expect(found?.trace.minutes).toBe(60);
    expect(found?.problem).toBe(problem);
  });

  it('is an error only where nothing at all is known, and nobody answered', async () => {
    await expect(past(silent, {})).rejects.toThrow('connection refused');
    expect(await past(async () => [], {})).toBeUndefined();
  });
});

describe('the past of a group beside an empty store', () => {
  const etl = { role: 'backend', host: '10.0.0.11', httpPort: 8040 } as const;

  it('is told by the backends that are there now', async () => {
    const found = await told(async () => MIXED, undefined);
    expect(found?.(etl)).toBe('etl');
    expect(found?.only).toBeUndefined();
  });

  it('is that of all series while the frontends do not answer', async () => {
    expect((await told(() => Promise.reject(new Error('timeout')), undefined))?.only).toBe('default');
  });

  it('asks no frontend where members are remembered', async () => {
    const found = await told(() => Promise.reject(new Error('nobody is to be asked')), MIXED);
    expect(found?.(etl)).toBe('etl');
  });
});
