import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Metrics } from '../../../src/metrics/metrics.ts';
import { createMetrics } from '../../../src/metrics/metrics.ts';
import { decisionRecord, operation } from '../../support/decision-record.ts';
import { HOUR, NOW } from '../../support/decision-input.ts';
import { seriesOf } from '../../support/series.ts';

let metrics: Metrics;
beforeEach(() => {
  metrics = createMetrics({ version: '1.2.3', clusters: async () => [] });
});
const series = async () => seriesOf(await metrics.text());
const GROUP = 'cluster="analytics",role="backend",group="default"';

describe('what is counted', () => {
  it('the version, from the start', async () => {
    expect((await series()).get('build_info{version="1.2.3"}')).toBe(1);
  });

  it('evaluations by result, with their time, their direction and the first guard of a hold', async () => {
    metrics.evaluated(decisionRecord({ need: 3.5 }));
    metrics.evaluated(decisionRecord({ need: 3.5, policy: { mode: 'observe' } }));
    metrics.evaluationFailed('analytics');
    const now = await series();
    expect(now.get('evaluations_total{cluster="analytics",result="ok"}')).toBe(2);
    expect(now.get('evaluations_total{cluster="analytics",result="error"}')).toBe(1);
    expect(now.get('evaluation_duration_seconds_count{cluster="analytics"}')).toBe(2);
    expect(now.get('evaluation_duration_seconds_sum{cluster="analytics"}')).toBeCloseTo(0.024);
    expect(now.get(`decisions_total{${GROUP},direction="in"}`)).toBe(1);
    expect(now.get(`decisions_total{${GROUP},direction="hold"}`)).toBe(1);
    expect([...now.keys()].filter((name) => name.startsWith('holds_total'))).toEqual([
      `holds_total{${GROUP},reason="mode-observe"}`,
    ]);
  });

  it('a hold under its first guard alone, in the order of the codes', async () => {
    const pause = {
      cluster: 'analytics',
      direction: 'both',
      since: 0,
      until: undefined,
      reason: '',
      by: 'me',
    } as const;
    const record = decisionRecord({ policy: { mode: 'observe' }, memory: { pauses: [pause] } });
    expect(record.groups[0]?.reasons.slice(0, 2)).toEqual(['paused', 'mode-observe']);
    metrics.evaluated(record);
    const now = await series();
    expect(now.get(`holds_total{${GROUP},reason="paused"}`)).toBe(1);
    expect(now.has(`holds_total{${GROUP},reason="mode-observe"}`)).toBe(false);
  });

  it('ended operations by result, with their time from the start', async () => {
    metrics.operationEnded(operation({ state: 'succeeded', startedAt: NOW, endedAt: NOW + HOUR }));
    metrics.operationEnded(operation({ state: 'cancelled', startedAt: NOW, endedAt: NOW + HOUR }));
    const now = await series();
    expect(now.get('operations_total{cluster="analytics",kind="remove-backend",result="succeeded"}')).toBe(1);
    expect(now.get('operations_total{cluster="analytics",kind="remove-backend",result="cancelled"}')).toBe(1);
    expect(now.get('operation_duration_seconds_sum{kind="remove-backend"}')).toBe(7200);
  });

  it('regrets by kind, on from what the store counted before', async () => {
    const none = { reverted: 0, 'above-target': 0, 'never-used': 0 };
    const key = { role: 'backend', group: 'default' } as const;
    metrics.regrettedBefore('analytics', key, { ...none, reverted: 3 });
    metrics.regrettedBefore('analytics', key, { ...none, reverted: 3 });
    const change = { id: 'op', endedAt: NOW, from: 6, to: 5, judgedAt: NOW, known: true, detail: '' };
    const judged = [{ ...key, ...change, regrets: ['reverted', 'above-target'] as const }];
    metrics.evaluated({ ...decisionRecord(), judged });
    const now = await series();
    expect(now.get(`regrets_total{${GROUP},kind="reverted"}`)).toBe(4);
    expect(now.get(`regrets_total{${GROUP},kind="above-target"}`)).toBe(1);
    expect(now.get(`regrets_total{${GROUP},kind="never-used"}`)).toBe(0);
  });

  it('a proposal that was rejected or ran out counts as cancelled, and its waiting as no time of an operation', async () => {
    const approval = { planHash: 'a', expiresAt: NOW, given: undefined };
    const ended = { state: 'cancelled', createdAt: NOW - HOUR, startedAt: undefined, endedAt: NOW } as const;
    metrics.operationEnded(operation({ ...ended, approval }));
    const now = await series();
    expect(now.get('operations_total{cluster="analytics",kind="remove-backend",result="cancelled"}')).toBe(1);
    expect(now.get('operation_duration_seconds_sum{kind="remove-backend"}')).toBeUndefined();
  });

  it('queries and statements by outcome', async () => {
    metrics.prometheusTimer('analytics').observe(0.02, 'ok');
    metrics.dorisTimer('analytics').observe(31, 'error');
    const now = await series();
    expect(now.get('prometheus_query_duration_seconds_count{cluster="analytics",outcome="ok"}')).toBe(1);
    expect(now.get('doris_query_duration_seconds_bucket{le="30",cluster="analytics",outcome="error"}')).toBe(0);
    expect(now.get('doris_query_duration_seconds_bucket{le="90",cluster="analytics",outcome="error"}')).toBe(1);
  });
});

describe('the configuration', () => {
  it('in force is named by its revision alone, and its first taking is no reload', async () => {
    metrics.inForce('4f2c91', NOW);
    const now = await series();
    expect(now.get('config_info{revision="4f2c91"}')).toBe(1);
    expect(now.get('config_last_reload_successful')).toBe(1);
    expect(now.get('config_last_reload_success_timestamp_seconds')).toBe(NOW / 1000);
    expect(now.get('config_reloads_total{result="accepted"}')).toBe(0);
    metrics.inForce('aa00bb', NOW + HOUR);
    expect((await series()).has('config_info{revision="4f2c91"}')).toBe(false);
  });

  it('that is refused leaves the last good one in force until a good one comes', async () => {
    metrics.inForce('4f2c91', NOW);
    metrics.reloaded('rejected');
    const refused = await series();
    expect(refused.get('config_last_reload_successful')).toBe(0);
    expect(refused.get('config_reloads_total{result="rejected"}')).toBe(1);
    expect(refused.get('config_info{revision="4f2c91"}')).toBe(1);
    expect(refused.get('config_last_reload_success_timestamp_seconds')).toBe(NOW / 1000);
    metrics.inForce('aa00bb', NOW + HOUR);
    metrics.reloaded('accepted');
    const good = await series();
    expect(good.get('config_last_reload_successful')).toBe(1);
    expect(good.get('config_reloads_total{result="accepted"}')).toBe(1);
  });
});

describe('a cluster', () => {
  it('that begins has its counters at 0, so that the first event is an increase', async () => {
    metrics.started('analytics');
    const now = await series();
    expect(now.get('evaluations_total{cluster="analytics",result="ok"}')).toBe(0);
    expect(now.get('evaluations_total{cluster="analytics",result="error"}')).toBe(0);
    expect(now.get('ticks_skipped_total{cluster="analytics"}')).toBe(0);
  });

  it('that is removed takes its counters and histograms with it, and no others', async () => {
    for (const name of ['analytics', 'other']) {
      metrics.started(name);
      metrics.evaluated(decisionRecord({ policy: { name, mode: 'observe' } }));
      metrics.tickSkipped(name);
      metrics.operationEnded(operation({ cluster: name, state: 'failed', endedAt: NOW }));
      metrics.prometheusTimer(name).observe(0.02, 'ok');
      metrics.dorisTimer(name).observe(0.02, 'ok');
    }
    const both = await series();
    metrics.removed('analytics');
    await vi.waitFor(async () => {
      expect([...(await series()).keys()].filter((name) => name.includes('"analytics"'))).toEqual([]);
    });
    const rest = [...both].filter(([name]) => !name.includes('"analytics"'));
    expect([...(await series())]).toEqual(rest);
    expect(rest.filter(([name]) => name.includes('"other"')).length).toBeGreaterThan(20);
  });
});
