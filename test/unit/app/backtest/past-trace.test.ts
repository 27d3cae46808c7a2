import { describe, expect, it } from 'vitest';
import { pastTrace } from '../../../../src/app/backtest/past-trace.ts';
import type { PastPorts } from '../../../../src/app/backtest/past-trace.ts';
import { updateMembers } from '../../../../src/controller/memory/members.ts';
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
