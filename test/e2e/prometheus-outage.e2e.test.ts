import { afterEach, describe, expect, it } from 'vitest';
import { cluster, EAGER, OPEN, QUERIES, setStage, type Stage } from '../support/stage.ts';

describe('a Prometheus that fails while a removal is wanted', () => {
  let stage: Stage | undefined;
  afterEach(async () => {
    await stage?.end();
  });

  it('holds with the right code while it is down, empty, NaN or stale, and removes only after it is clean', async () => {
    stage = await setStage({
      simulator: { backends: 4 },
      history: () => 160,
      silentMs: 60_000,
      clusters: (parts) =>
        cluster(parts, { windows: OPEN, group: `min: 3, max: 6, ${EAGER}, signals: [${QUERIES}]` }).replace(
          '" }',
          '", maxAge: 10s, timeout: 2s }',
        ),
    });
    const { run, until, decision, prometheus, exporter, changes, backends } = stage;
    await prometheus.pause();
    const running = run();
    const heldBy = async (what: string, code: string): Promise<void> => {
      await until(`${what}: ${code}`, running, async () =>
        (await decision())?.some((group) => group.action === 'hold' && group.reasons.includes(code)),
      );
      expect(changes()).toEqual([]);
    };
    await heldBy('down', 'metrics-unknown');

    await prometheus.start();
    await heldBy('the series has no sample since it is back', 'metrics-stale');
    exporter.set('shop_queries', Number.NaN);
    await heldBy('NaN', 'metrics-unknown');
    expect(backends()).toBe(4);

    exporter.set('shop_queries', 150);
    await until('a removal after clean samples', running, () =>
      changes().some((text) => text.startsWith('ALTER SYSTEM DECOMMISSION')),
    );
    expect(await running.stop()).toBe(0);
  });
});
