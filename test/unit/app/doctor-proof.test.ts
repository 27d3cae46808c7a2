import { describe, expect, it } from 'vitest';
import { checkProof } from '../../../src/app/inspect/doctor-proof.ts';
import type { ClusterEvidence } from '../../../src/domain/evidence.ts';
import { backends, clusterPolicy, evidence, GIB, groupPolicy, NOW, topology } from '../../support/decision-input.ts';

const members = backends(6);
const policy = clusterPolicy({ backends: [groupPolicy(), groupPolicy({ group: 'reports' })] });
const full = [{ host: 'fe2', path: '/meta', availableBytes: GIB }];

const told = async (read: () => Promise<ClusterEvidence>, mode: 'coupled' | 'decoupled' = 'coupled') =>
  await checkProof(policy, { evidence: read }, topology(members, { mode }), NOW);

describe('what would refuse a removal and can be mended in advance', () => {
  it('is nothing where all is well', async () => {
    expect(await told(async () => evidence(members))).toEqual([]);
  });

  it('is told once for all groups, with the statement to look at', async () => {
    expect(await told(async () => evidence(members, { frontendDisks: { known: true, value: full } }))).toEqual([
      {
        level: 'warn',
        subject: 'proof',
        message: '1.0 GiB free for /meta of fe2 (bound 2.0 GiB); scale-in holds',
        mend: 'SHOW FRONTENDS disks',
      },
    ]);
  });

  it('is not what comes and goes by itself', async () => {
    const busy = evidence(members, { jobs: { known: true, value: ['rollups: 1 running'] } });
    expect(await told(async () => busy)).toEqual([]);
  });

  it('is told when it cannot be read', async () => {
    expect(await told(() => Promise.reject(new Error('no answer')))).toEqual([
      { level: 'warn', subject: 'proof', message: 'no answer', mend: undefined },
    ]);
  });

  it('is not asked of a decoupled cluster, whose backends hold no replicas', async () => {
    expect(await told(() => Promise.reject(new Error('asked')), 'decoupled')).toEqual([]);
  });
});
