import { afterEach, describe, expect, it } from 'vitest';
import { rehearse, type Rehearsed } from '../../support/rehearse.ts';

const CLUSTER = `    mode: act
    windows:
      timezone: Asia/Shanghai
      allow:
        - { name: night, days: [mon-sun], start: "01:00", end: "03:00" }
    backends:
      - group: default
        min: 3
        max: 8
        step: { out: 4, in: 1 }
        provisioner: spares
        signals: [{ signal: be_cpu, target: 60% }]
        leadTime: 30m
        schedule:
          - { name: month-end, cron: "0 0 25 * *", duration: 3d, min: 6 }
`;

describe('a scheduled month-end minimum of 6 backends, from 25 November 00:00 in Shanghai', () => {
  let rehearsed: Rehearsed | undefined;
  afterEach(async () => {
    await rehearsed?.stop();
  });

  it('is reached in the last window that still suffices, the night before, and not earlier', async () => {
    rehearsed = await rehearse({
      startAt: '2026-11-22T22:00:00+08:00',
      factor: 900,
      interval: '5m',
      simulator: { backends: 4, spareBackends: 4, load: () => 1.8 },
      cluster: CLUSTER,
    });
    const { changes, backends, reach, operations, until, group } = rehearsed;
    await reach('2026-11-23T20:00:00+08:00');
    expect(changes()).toEqual([]);
    expect(backends()).toBe(4);
    expect((await group())?.action).toBe('hold');
    await reach('2026-11-24T03:00:00+08:00');
    await until('six backends', () => backends() === 6);
    const adds = changes().filter(({ text }) => text.includes('ADD BACKEND'));
    expect(adds).toHaveLength(2);
    const [first, last] = ['2026-11-24T01:00:00+08:00', '2026-11-24T03:00:00+08:00'].map(
      (text) => Temporal.Instant.from(text).epochMilliseconds,
    );
    for (const { atMs } of adds) {
      expect(atMs).toBeGreaterThanOrEqual(first ?? 0);
      expect(atMs).toBeLessThan(last ?? 0);
    }
    const [added] = await until('the addition ended', async () => {
      const ended = (await operations()).filter(({ state }) => state === 'succeeded');
      return ended.length > 0 ? ended : undefined;
    });
    expect(added).toMatchObject({ kind: 'add-backend', from: 4, to: 6 });
    expect(added?.because).toContain('month-end');
  });
});
