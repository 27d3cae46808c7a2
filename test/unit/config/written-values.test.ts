import { describe, expect, it } from 'vitest';
import type { ClusterPolicy, Policy } from '../../../src/domain/policy.ts';
import { policyWith, problemsOf, read } from './read.ts';

function policyOf(text: string, env: Readonly<Record<string, string>> = {}): Policy {
  const loaded = read(text, env);
  if (!loaded.ok) throw new Error(problemsOf(loaded).join('\n'));
  return loaded.policy;
}

function clusterOf(
  replacements: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
): ClusterPolicy {
  const [cluster] = policyOf(policyWith(replacements), env).clusters;
  if (cluster === undefined) throw new Error('no cluster');
  return cluster;
}

describe('windows', () => {
  const allow = (entry: string) => clusterOf({ '- { name: night': `        - ${entry}` }).windows.allow[0];

  it.each([
    [
      'days of a range',
      '{ name: a, days: [mon-wed, sat], start: "22:00", end: "04:30" }',
      { form: 'weekly', days: [1, 2, 3, 6], startMinute: 1320, endMinute: 270 },
    ],
    [
      'a range over Sunday',
      '{ name: a, days: [sat-mon], start: "00:00", end: "24:00" }',
      { form: 'weekly', days: [1, 6, 7], startMinute: 0, endMinute: 1440 },
    ],
    [
      'days of the month',
      '{ name: a, monthDays: [1, -1], start: "01:00", end: "02:00" }',
      { form: 'monthly', monthDays: [1, -1], startMinute: 60, endMinute: 120 },
    ],
    [
      'a cron and a duration',
      '{ name: a, cron: "0 1 * * sat", duration: 4h }',
      { form: 'cron', cron: '0 1 * * sat', durationMs: 14_400_000 },
    ],
    [
      'times that YAML 1.1 would read as numbers',
      '{ name: a, days: [mon], start: 01:00, end: 02:00 }',
      { form: 'weekly', days: [1], startMinute: 60, endMinute: 120 },
    ],
    [
      'bounds',
      '{ name: a, days: [mon], start: "01:00", end: "02:00", from: 2026-01-01, until: 2027-01-01 }',
      { form: 'weekly', days: [1], from: '2026-01-01', until: '2027-01-01', startMinute: 60, endMinute: 120 },
    ],
  ])('%s', (_, entry, expected) => {
    expect(allow(entry)).toEqual({ name: 'a', ...expected });
  });

  it('whole days of a denial', () => {
    expect(
      clusterOf({ 'deny:': '      deny: [{ name: d, from: 2026-12-24, until: 2026-12-26 }]' }).windows.deny,
    ).toEqual([{ name: 'd', form: 'dates', from: '2026-12-24', until: '2026-12-26' }]);
  });

  it('conditions in the unit of their signal', () => {
    const { windows } = clusterOf({
      'deny:':
        '      idle: [{ signal: be_cpu, below: 35%, for: 10m }]\n      emergency: { signal: fe_qps, above: 9000, for: 5m }',
    });
    expect(windows.idle).toEqual([{ signal: 'be_cpu', below: 0.35, forMs: 600_000 }]);
    expect(windows.emergency).toEqual({ signal: 'fe_qps', above: 9000, forMs: 300_000 });
  });
});

describe('signals', () => {
  it.each([
    [
      'a share',
      '{ signal: be_memory, limit: 85%, memoryPerNode: 128GiB }',
      { name: 'be_memory', purpose: { kind: 'limit', limit: 0.85 }, memoryPerNodeBytes: 137_438_953_472 },
    ],
    [
      'a latency in milliseconds',
      '{ signal: fe_query_p99, limit: 1.5s }',
      { name: 'fe_query_p99', purpose: { kind: 'limit', limit: 1500 } },
    ],
    [
      'a count',
      '{ signal: be_compaction, limit: 800 }',
      { name: 'be_compaction', purpose: { kind: 'limit', limit: 800 } },
    ],
    [
      'a limit of a sizing preset',
      '{ signal: be_cpu, limit: 90% }',
      { name: 'be_cpu', purpose: { kind: 'limit', limit: 0.9 } },
    ],
    [
      'a total by query',
      '{ signal: qps, query: "sum(rate(q[5m]))", perNode: 400, labels: none }',
      {
        name: 'qps',
        query: 'sum(rate(q[5m]))',
        purpose: { kind: 'size', form: 'per-node', perNode: 400 },
        injectLabels: false,
      },
    ],
  ])('%s', (_, signal, expected) => {
    const cluster = clusterOf({
      '- { signal: be_cpu': `          - { signal: be_disk, target: 70% }\n          - ${signal}`,
    });
    expect(cluster.backends[0]?.signals[1]).toEqual({
      query: undefined,
      memoryPerNodeBytes: undefined,
      injectLabels: true,
      ...expected,
    });
  });
});

describe('schedules', () => {
  const when = (entry: string) =>
    clusterOf({ 'schedule:': `        schedule: [${entry}]` }).backends[0]?.schedule[0]?.when;

  it.each([
    [
      'a cron',
      '{ name: a, cron: "0 0 25 * *", duration: 8d, min: 5 }',
      { form: 'cron', cron: '0 0 25 * *', durationMs: 691_200_000 },
    ],
    [
      'dates, both included, in the zone of the windows',
      '{ name: a, from: 2026-12-01, until: 2026-12-02, max: 5 }',
      { form: 'range', fromMs: Date.parse('2026-11-30T16:00:00Z'), untilMs: Date.parse('2026-12-02T16:00:00Z') },
    ],
    [
      'dates with a time',
      '{ name: a, from: 2026-12-01T08:00, until: 2026-12-01T20:30, min: 4 }',
      { form: 'range', fromMs: Date.parse('2026-12-01T00:00:00Z'), untilMs: Date.parse('2026-12-01T12:30:00Z') },
    ],
  ])('%s', (_, entry, expected) => {
    expect(when(entry)).toEqual(expected);
  });
});

describe('other forms', () => {
  it('addresses of IPv6 lose their brackets', () => {
    expect(clusterOf({ 'endpoints:': '    endpoints: ["[fd00::1]:9030", "fe2.local:9030"]' }).endpoints).toEqual([
      { host: 'fd00::1', port: 9030 },
      { host: 'fe2.local', port: 9030 },
    ]);
  });

  it('a ClusterId may be written as a number', () => {
    expect(clusterOf({ 'user:': '    user: autoscaler\n    clusterId: 1234567890' }).clusterId).toBe('1234567890');
  });

  it('a provisioner of type exec keeps its arguments apart', () => {
    const policy = policyOf(
      policyWith({
        'spares:': '  spares: { type: exec, command: [/bin/hosts, --zone, "a b"], timeout: 90s, hosts: [10.0.0.21] }',
      }),
    );
    expect(policy.provisioners).toEqual({
      spares: {
        name: 'spares',
        type: 'exec',
        command: ['/bin/hosts', '--zone', 'a b'],
        timeoutMs: 90_000,
        hosts: ['10.0.0.21'],
      },
    });
  });

  it('a secret says where it comes from, and its value only when asked', () => {
    const cluster = clusterOf(
      { 'user:': '    user: autoscaler\n    password: { env: DORIS_PASSWORD }' },
      { DORIS_PASSWORD: 's3cret' },
    );
    expect(cluster.password?.source).toBe('env DORIS_PASSWORD');
    expect(cluster.password?.reveal()).toBe('s3cret');
    expect(JSON.stringify(cluster)).not.toContain('s3cret');
  });

  it('a migration speed keeps only the keys that are written', () => {
    expect(
      clusterOf({ 'user:': '    user: autoscaler\n    migration: { inWindow: { balance_slot_num_per_path: 4 } }' })
        .migration,
    ).toEqual({
      inWindow: { balance_slot_num_per_path: 4 },
      outside: undefined,
      assumedRateBytesPerSecond: 20_971_520,
    });
  });
});
