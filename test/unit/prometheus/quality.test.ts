import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SignalPolicy } from '../../../src/domain/group-policy.ts';
import type { SampleTimes } from '../../../src/prometheus/freshness.ts';
import { holeIn, lookBackMs } from '../../../src/prometheus/freshness.ts';
import { qualityOf } from '../../../src/prometheus/quality.ts';
import { signalQueries } from '../../../src/prometheus/promql/signal-queries.ts';
import {
  backend,
  backends,
  clusterPolicy,
  CPU,
  groupPolicy,
  MINUTE,
  NOW,
  QUERIES,
  topology,
} from '../../support/decision-input.ts';

const SECOND = 1000;
const RECOVERY = 10 * MINUTE;

/** Samples every 15 s from `from` to `until`, less those in [holeFrom, holeUntil], all as time before now. */
function sampled(
  instance: string | undefined,
  options: { readonly from?: number; readonly until?: number; readonly hole?: readonly [number, number] } = {},
): SampleTimes {
  const { from = 20 * MINUTE, until = 0, hole } = options;
  const sampledMs: number[] = [];
  for (let ago = from; ago >= until; ago -= 15 * SECOND) {
    if (hole === undefined || ago >= hole[0] || ago <= hole[1]) sampledMs.push(NOW - ago);
  }
  const last = sampledMs.at(-1);
  // Prometheus looks back five minutes for the newest sample.
  const newestMs = last !== undefined && NOW - last <= 5 * MINUTE ? last : undefined;
  return { labels: instance === undefined ? {} : { instance }, sampledMs, newestMs };
}

const GOOD = { value: 1, nodes: [], missing: [], foreign: [], problem: undefined };

function judge(
  signal: SignalPolicy,
  times: Parameters<typeof qualityOf>[1],
  nodes = topology(backends(2)),
  values: Parameters<typeof qualityOf>[0] = GOOD,
): ReturnType<typeof qualityOf> {
  const policy = clusterPolicy();
  const queries = signalQueries(signal, policy.prometheus);
  return qualityOf(values, times, { policy, group: groupPolicy(), topology: nodes, signal, queries, at: NOW });
}

const A = '10.0.0.1:8040';
const B = '10.0.0.2:8040';

describe('the quality of a preset', () => {
  it('is ok with samples of every node', () => {
    expect(judge(CPU, [[[sampled(A), sampled(B, { until: 30 * SECOND })]]])).toEqual({
      quality: 'ok',
      reason: '',
      sampleAt: NOW - 30 * SECOND,
      ageMs: 30 * SECOND,
    });
  });

  it.each([
    ['89 s are young enough', 89 * SECOND, 'ok'],
    ['maxAge itself is', 90 * SECOND, 'ok'],
    ['a millisecond more is not', 90 * SECOND + 1, 'stale'],
  ])('%s', (_what, until, quality) => {
    const old = { labels: { instance: B }, sampledMs: [NOW - 4 * MINUTE, NOW - until], newestMs: NOW - until };
    expect(
      judge(CPU, [[[sampled(A), { ...sampled(B), ...old, sampledMs: sampled(B, { until }).sampledMs }]]]),
    ).toMatchObject({
      quality,
      ageMs: until,
    });
  });

  it('the oldest node decides, and is named', () => {
    expect(judge(CPU, [[[sampled(A), sampled(B, { until: 4 * MINUTE })]]])).toEqual({
      quality: 'stale',
      reason: 'the newest sample of 10.0.0.2:8040 is 4 min old (maxAge 90 s)',
      sampleAt: NOW - 4 * MINUTE,
      ageMs: 4 * MINUTE,
    });
  });

  it('a sample of the future has no age', () => {
    const ahead = { labels: { instance: A }, sampledMs: [...sampled(A).sampledMs, NOW + 900], newestMs: NOW + 900 };
    expect(judge(CPU, [[[ahead]]], topology([backend(0)]))).toMatchObject({ quality: 'ok', ageMs: 0 });
  });

  it('a hole in one node’s samples makes it recovering until ten minutes are clean', () => {
    const hole = (until: number): ReturnType<typeof judge> =>
      judge(CPU, [[[sampled(A), sampled(B, { hole: [until + 6 * MINUTE, until] })]]]);
    expect(hole(2 * MINUTE)).toMatchObject({
      quality: 'recovering',
      reason: 'no sample of 10.0.0.2:8040 for 6 min within the last 10 min',
    });
    expect(hole(9 * MINUTE + 45 * SECOND).quality).toBe('recovering');
    expect(hole(10 * MINUTE).quality).toBe('ok');
  });

  it.each([
    ['5 min without a sample are no hole', 5 * MINUTE, 'ok'],
    ['one lost scrape more is', 5 * MINUTE + 15 * SECOND, 'recovering'],
  ])('%s', (_what, length, quality) => {
    expect(judge(CPU, [[[sampled(A), sampled(B, { hole: [MINUTE + length, MINUTE] })]]]).quality).toBe(quality);
  });

  it('a node that is sampled for the first time has a hole before', () => {
    expect(judge(CPU, [[[sampled(A), sampled(B, { from: 9 * MINUTE })]]]).quality).toBe('recovering');
    expect(judge(CPU, [[[sampled(A), sampled(B, { from: 10 * MINUTE })]]]).quality).toBe('ok');
  });

  it('nodes of another group, and series of no node, have no say', () => {
    const nodes = topology([backend(0), backend(1, { group: 'etl' })]);
    const others = [sampled(B, { until: 4 * MINUTE }), sampled('10.7.7.7:8040', { from: MINUTE })];
    expect(judge(CPU, [[[sampled(A), ...others]]], nodes).quality).toBe('ok');
  });

  it('what is wrong with the values comes first', () => {
    const values = { ...GOOD, problem: 'no series of 10.0.0.2:9050' };
    expect(judge(CPU, [[[sampled(A, { until: 4 * MINUTE })]]], undefined, values)).toMatchObject({
      quality: 'missing',
      reason: 'no series of 10.0.0.2:9050',
    });
  });

  it('every selector needs samples', () => {
    expect(judge(CPU, [[[sampled(A), sampled(B)]], [[]]])).toMatchObject({
      quality: 'missing',
      reason: 'no sample lies behind the value',
    });
  });
});

describe('the quality of an operator’s query', () => {
  it.each<[string, Parameters<typeof qualityOf>[1], string]>([
    ['samples of an exporter elsewhere', [[[sampled('exporter:9')]]], 'ok'],
    ['no instance at all', [[[sampled(undefined)]]], 'ok'],
    ['no selector', [], 'missing'],
    ['one operand without samples', [[[sampled(undefined)]], [[]]], 'missing'],
    ['one alternative without samples', [[[sampled(undefined)], []]], 'ok'],
    ['both alternatives without samples', [[[], []]], 'missing'],
    ['a target that is new beside an old one', [[[sampled('x:1'), sampled('y:1', { from: MINUTE })]]], 'ok'],
    [
      'a target that was renamed',
      [[[sampled('x:1', { until: 2 * MINUTE }), sampled('y:1', { from: 2 * MINUTE })]]],
      'stale',
    ],
    [
      'targets that are all new',
      [[[sampled('x:1', { from: MINUTE }), sampled('y:1', { from: MINUTE })]]],
      'recovering',
    ],
    ['one of two targets was away', [[[sampled('x:1'), sampled('y:1', { hole: [8 * MINUTE, MINUTE] })]]], 'recovering'],
  ])('%s', (_what, times, quality) => {
    expect(judge(QUERIES, times).quality).toBe(quality);
  });

  it('a frontend whose scrape is dead is named: its share is missing from the sum', () => {
    const dead = { ...sampled('fe2:8030', { until: 4 * MINUTE }), newestMs: undefined };
    expect(judge(QUERIES, [[[sampled('fe1:8030'), dead]]])).toEqual({
      quality: 'stale',
      reason: 'no sample of fe2:8030 for 4 min: its target does not answer',
      sampleAt: NOW - 4 * MINUTE,
      ageMs: 4 * MINUTE,
    });
  });

  it('nothing is expected of a node that left', () => {
    const left = { ...sampled('10.0.0.9:8040', { until: 4 * MINUTE }), newestMs: undefined };
    expect(judge(QUERIES, [[[sampled('fe1:8030'), left]]]).quality).toBe('ok');
  });
});

describe('a hole', () => {
  const request = { at: NOW, recoveryMs: RECOVERY, leading: true };

  it('is found exactly where two samples are more than five minutes apart and the later one lies in the last recovery', () => {
    const gaps = fc.array(fc.integer({ min: 1, max: 8 * MINUTE }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(gaps, (given) => {
        const times: number[] = [];
        let at = NOW;
        for (const gap of given) {
          times.unshift(at);
          at -= gap;
        }
        const hole = holeIn(times, { ...request, leading: false });
        const expected = times.find(
          (time, index) => index > 0 && time - (times[index - 1] ?? 0) > 5 * MINUTE && time > NOW - RECOVERY,
        );
        expect(hole?.untilMs).toBe(expected);
      }),
    );
  });

  it('reaches back beyond recovery by as much as a hole is long', () => {
    expect(lookBackMs(RECOVERY)).toBe(15 * MINUTE);
    expect(holeIn([NOW - 1], request)).toEqual({ fromMs: NOW - 15 * MINUTE, untilMs: NOW - 1 });
    expect(holeIn([], request)).toBeUndefined();
  });
});
