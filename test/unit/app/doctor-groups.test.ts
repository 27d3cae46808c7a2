import { describe, expect, it } from 'vitest';
import { checkGroups, checkHosts } from '../../../src/app/inspect/doctor-groups.ts';
import { doctorText } from '../../../src/app/present/findings/doctor-text.ts';
import type { Finding } from '../../../src/domain/finding.ts';
import { backend, backends, clusterPolicy, groupPolicy, topology } from '../../support/decision-input.ts';

const levels = (findings: readonly Finding[]) => findings.map(({ level, subject }) => `${level} ${subject}`);

describe('the groups of a policy', () => {
  it('that the cluster has are fine, with their count and bounds', () => {
    expect(checkGroups(clusterPolicy(), topology(backends(6)))).toEqual([
      { level: 'ok', subject: 'be/default', message: '6 backends, min 3, max 20', mend: undefined },
    ]);
  });

  it('that the cluster lacks fail, and the mend names one that there is', () => {
    const policy = clusterPolicy({ backends: [groupPolicy({ group: 'reports' })] });
    expect(checkGroups(policy, topology(backends(6)))).toEqual([
      {
        level: 'fail',
        subject: 'be/reports',
        message: 'no backend has the tag reports; there are: default',
        mend: 'group: default',
      },
    ]);
    expect(checkGroups(policy, topology([]))).toMatchObject([
      { level: 'fail', message: 'no backend has the tag reports; the cluster has no backends' },
    ]);
  });

  it('with a min below the replicas of Doris are warned of, in coupled mode', () => {
    const policy = clusterPolicy({ backends: [groupPolicy({ min: 2 })] });
    expect(levels(checkGroups(policy, topology(backends(6))))).toEqual(['ok be/default', 'warn be/default']);
    expect(levels(checkGroups(policy, topology(backends(6), { mode: 'decoupled' })))).toEqual(['ok be/default']);
  });

  it('name each backend that is not alive, with the reason that Doris gives', () => {
    const dead = backend(5, { alive: false, errorMessage: 'connection refused' });
    const findings = checkGroups(clusterPolicy(), topology([...backends(5), dead]));
    expect(findings[1]).toEqual({
      level: 'warn',
      subject: '10.0.0.6:9050',
      message: 'is not alive: connection refused; scale-in holds',
      mend: 'bin/start_be.sh --daemon        (on 10.0.0.6)',
    });
  });
});

describe('the hosts of a provisioner', () => {
  const hosts = (...names: readonly string[]) => ({
    provisioner: 'spares',
    hosts: names.map((host) => ({ host, address: undefined, state: 'in-use' as const })),
  });

  it('that know a member of each group they serve are fine', () => {
    expect(checkHosts(clusterPolicy(), topology(backends(3)), hosts('10.0.0.2'))).toEqual([]);
  });

  it('that know none leave scale-in without a victim, and the line that mends it lists them', () => {
    expect(checkHosts(clusterPolicy(), topology(backends(2)), hosts('10.9.9.9'))).toEqual([
      {
        level: 'warn',
        subject: 'spares',
        message: 'knows no member of be/default: none of them is ever removed',
        mend: 'hosts: ["10.0.0.1:9050", "10.0.0.2:9050"]',
      },
    ]);
  });

  it('of another provisioner are not judged by this one', () => {
    const policy = clusterPolicy({ backends: [groupPolicy({ provisioner: 'other' })] });
    expect(checkHosts(policy, topology(backends(2)), hosts('10.9.9.9'))).toEqual([]);
  });
});

describe('the report of doctor', () => {
  const finding = (level: Finding['level'], subject: string, message: string, mend?: string): Finding => ({
    level,
    subject,
    message,
    mend,
  });
  const FINDINGS = [
    finding('ok', 'fe1:9030', 'master, 2.1.7, answers in 3 ms'),
    finding('fail', 'privileges', 'cannot act', 'GRANT NODE_PRIV ON *.*.* TO a;'),
    finding('warn', 'fe2:9030', 'fe2:9030: refused'),
  ];

  it('has one line for each finding, its mend below it, and the sum', () => {
    expect(doctorText({ name: 'analytics', mode: 'act' }, FINDINGS)).toBe(
      [
        'analytics   act',
        'ok    fe1:9030    master, 2.1.7, answers in 3 ms',
        'FAIL  privileges  cannot act',
        '        GRANT NODE_PRIV ON *.*.* TO a;',
        'warn  fe2:9030    refused',
        '1 failed, 1 warning. This cluster runs in observe until what failed is mended.',
        '',
      ].join('\n'),
    );
  });

  it('says nothing of observe where nothing failed, or where the cluster is only observed anyway', () => {
    expect(doctorText({ name: 'a', mode: 'observe' }, FINDINGS)).toMatch(/\n1 failed, 1 warning\.\n$/);
    expect(doctorText({ name: 'a', mode: 'act' }, FINDINGS.slice(0, 1))).toMatch(/\n0 failed, 0 warnings\.\n$/);
  });
});
