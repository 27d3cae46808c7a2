import { afterEach, describe, expect, it } from 'vitest';
import { OPEN, QUERIES, setStage, type Stage, type StageParts } from '../support/stage.ts';

/** The shortest policy that acts: whoever runs the removed process stops it. */
function tenLines(windows: string): (parts: StageParts) => string {
  return ({ endpoints, prometheusUrl }) => `  - name: analytics
    mode: act
    endpoints: ${endpoints}
    user: autoscaler
    password: { env: DORIS_PASSWORD }
    prometheus: { url: "${prometheusUrl}" }
    windows: ${windows}
    backends: [{ min: 3, max: 6, signals: [${QUERIES}] }]
`;
}

describe('a policy of ten lines, a cluster on the wire and a real Prometheus', () => {
  let stage: Stage | undefined;
  afterEach(async () => {
    await stage?.end();
  });

  it('removes one backend in an open window from start to end, and a kill -9 in mid-migration changes nothing', async () => {
    stage = await setStage({
      simulator: { backends: 4 },
      history: () => 160,
      load: 150,
      clusters: tenLines(OPEN),
    });
    const { run, until, changes, backends, operations } = stage;
    let running = run();
    await until('a decommission is under way', running, () =>
      changes().some((text) => text.startsWith('ALTER SYSTEM DECOMMISSION')),
    );
    await running.kill();
    expect(backends()).toBe(4);
    running = run();
    await until('the row is gone', running, () => backends() === 3);
    const ended = await until('the operation succeeded', running, async () =>
      (await operations()).find(({ state }) => state === 'succeeded'),
    );
    expect(ended.kind).toBe('remove-backend');
    expect(ended.reason).toMatch(/stop|process/);
    expect(changes().filter((text) => text.startsWith('ALTER SYSTEM DECOMMISSION'))).toHaveLength(1);
    expect(changes().some((text) => text.includes('DROPP'))).toBe(false);
    expect(await running.stop()).toBe(0);
  });
});
