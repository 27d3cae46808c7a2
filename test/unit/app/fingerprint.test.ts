import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fingerprintOf } from '../../../src/app/daemon/running-cluster.ts';
import type { ClusterPolicy, Policy, ProvisionerPolicy } from '../../../src/domain/policy.ts';
import { clusterPolicy } from '../../support/decision-input.ts';

const SPARES: ProvisionerPolicy = { name: 'spares', type: 'static', hosts: ['10.0.1.1:9050'] };
const secret = (value: string) => ({ reveal: () => value, source: 'env P' });

function policyWith(cluster: ClusterPolicy, provisioners: Policy['provisioners'] = { spares: SPARES }): Policy {
  return {
    revision: 'r',
    store: { kind: 'sqlite', path: 'a.db' },
    server: { host: '127.0.0.1', port: 0, token: undefined, changeToken: undefined },
    intervalMs: 30_000,
    notifications: [],
    provisioners,
    clusters: [cluster],
  };
}
const print = (cluster: ClusterPolicy, provisioners?: Policy['provisioners']): string =>
  fingerprintOf(policyWith(cluster, provisioners), cluster);

describe('what a cluster runs by', () => {
  const same = print(clusterPolicy({ password: secret('one') }));

  it('is the same for another reading of the same policy', () => {
    expect(print(clusterPolicy({ password: secret('one') }))).toBe(same);
  });

  it.each([
    ['its mode', clusterPolicy({ mode: 'observe', password: secret('one') }), { spares: SPARES }],
    ['the value of its password', clusterPolicy({ password: secret('two') }), { spares: SPARES }],
    [
      'the hosts of a provisioner that it uses',
      clusterPolicy({ password: secret('one') }),
      { spares: { ...SPARES, hosts: ['10.0.1.2:9050'] } },
    ],
  ])('changes with %s', (_what, cluster, provisioners) => {
    expect(print(cluster, provisioners)).not.toBe(same);
  });

  it('does not change with a provisioner of others', () => {
    const other: ProvisionerPolicy = { name: 'other', type: 'static', hosts: [] };
    expect(print(clusterPolicy({ password: secret('one') }), { spares: SPARES, other })).toBe(same);
  });

  it('changes with the contents of a certificate', () => {
    const folder = mkdtempSync(join(tmpdir(), 'fingerprint-'));
    try {
      const caFile = join(folder, 'ca.pem');
      const cluster = clusterPolicy({ prometheus: { ...clusterPolicy().prometheus, caFile } });
      const missing = print(cluster);
      writeFileSync(caFile, 'one');
      const one = print(cluster);
      writeFileSync(caFile, 'two');
      expect(new Set([missing, one, print(cluster)]).size).toBe(3);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
