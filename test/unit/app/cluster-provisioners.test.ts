import { describe, expect, it } from 'vitest';
import { provisionersOf, usesProvisioner } from '../../../src/app/daemon/cluster.ts';
import { oneAtATimeByName } from '../../../src/provisioner/one-at-a-time.ts';
import type { Policy } from '../../../src/domain/policy.ts';
import { clusterPolicy, groupPolicy } from '../../support/decision-input.ts';

const cluster = clusterPolicy({ backends: [groupPolicy({ provisioner: 'cloud' })] });
const policy: Policy = {
  revision: 'r',
  store: { kind: 'sqlite', path: 'a.db' },
  server: { host: '127.0.0.1', port: 0, token: undefined, changeToken: undefined },
  intervalMs: 30_000,
  notifications: [],
  provisioners: {
    cloud: { name: 'cloud', type: 'exec', command: ['/opt/cloud'], timeoutMs: 1000, hosts: [] },
    spares: { name: 'spares', type: 'static', hosts: ['10.0.1.1:9050'] },
  },
  clusters: [cluster],
};

describe('the provisioners of a cluster', () => {
  it('are all of the policy: one that no group names any more may have given a host', () => {
    const ledger = { holder: async () => undefined, reserve: async () => undefined, takerOf: async () => undefined };
    const all = provisionersOf(policy, ledger, { taking: oneAtATimeByName(), underWay: new Map() });
    expect([...all].map(([name, { name: own }]) => [name, own])).toEqual([
      ['cloud', 'cloud'],
      ['spares', 'spares'],
    ]);
  });

  it.each([
    { name: 'cloud', is: true },
    { name: 'spares', is: false },
  ])('that it uses: $name $is', ({ name, is }) => {
    expect(usesProvisioner(cluster, name)).toBe(is);
  });
});
