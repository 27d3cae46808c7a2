import { afterEach, describe, expect, it } from 'vitest';
import { AT_ONCE, cluster, OPEN, QUERIES, setStage, SHUT, type Stage } from '../support/stage.ts';

const HOUR_MS = 3_600_000;
const NOW = Date.now();

/**
 * Of each day, told from now on, so that every hour is the same to the test: night by now and for four hours more, and 350 in ten
 * hours, which needs 4 of 6 backends at 100 each.
 */
function daily(atMs: number): number {
  const hour = (atMs - NOW) / HOUR_MS;
  return 60 + 290 * Math.max(0, Math.cos(((hour - 10) / 24) * 2 * Math.PI));
}

describe('28 days in a real Prometheus whose peak needs 4 of 6 backends', () => {
  let stage: Stage | undefined;
  afterEach(async () => {
    await stage?.end();
  });

  const set = async (windows: string): Promise<Stage> => {
    stage = await setStage({
      simulator: { backends: 6, spareBackends: 0 },
      history: daily,
      load: daily(NOW),
      // What goes is not wanted back within minHold, a day: in it lies the peak.
      clusters: (parts) => cluster(parts, { windows, group: `min: 3, max: 8, ${AT_ONCE}, signals: [${QUERIES}]` }),
    });
    return stage;
  };

  it('6 -> 5 -> 4 in an open window, and not further', { timeout: 300_000 }, async () => {
    const { run, until, backends, decision, operations, changes } = await set(OPEN);
    const running = run();
    await until('five backends', running, () => backends() === 5, 150_000);
    await until('four backends', running, () => backends() === 4, 150_000);
    await until('both removals ended', running, async () =>
      (await operations()).every(({ state }) => state === 'succeeded'),
    );
    const held = await until('four are what is wanted', running, async () =>
      (await decision())?.find(({ reasons }) => reasons.includes('within-bounds')),
    );
    expect(held).toMatchObject({ action: 'hold', current: 4, recommended: 4, desired: 4, reasons: ['within-bounds'] });
    expect((await operations()).map(({ kind, state }) => [kind, state])).toEqual([
      ['remove-backend', 'succeeded'],
      ['remove-backend', 'succeeded'],
    ]);
    expect(changes().filter((text) => text.startsWith('ALTER SYSTEM DECOMMISSION'))).toHaveLength(2);
    expect(changes().filter((text) => text.includes('DROPP'))).toEqual([]);
    expect(await running.stop()).toBe(0);
  });

  it('nothing is sent while the window is shut, and hold{reason="outside-window"} is 1', async () => {
    const { run, until, decision, metrics, changes, backends } = await set(SHUT);
    const running = run();
    const held = await until('a decision held by the window', running, async () =>
      (await decision())?.find((group) => group.reasons.includes('outside-window')),
    );
    expect(held).toMatchObject({ action: 'hold', current: 6, desired: 6, reasons: ['outside-window', 'step'] });
    expect(held.wouldChangeIf.length).toBeGreaterThan(0);
    expect(await metrics(running)).toMatch(
      /^doris_autoscaler_hold\{[^}]*role="backend"[^}]*reason="outside-window"[^}]*\} 1$/m,
    );
    expect(changes()).toEqual([]);
    expect(backends()).toBe(6);
    expect(await running.stop()).toBe(0);
  });
});
