import { afterEach, describe, expect, it } from 'vitest';
import { rehearse, type Rehearsed } from '../../support/rehearse.ts';

describe.each(['2.1', '3.0', '4.0'] as const)('a Doris of %s', (version) => {
  let rehearsed: Rehearsed | undefined;
  afterEach(async () => {
    await rehearsed?.stop();
  });

  it('is shrunk from four backends to three from start to end, and grown again for a schedule', async () => {
    rehearsed = await rehearse({
      startAt: '2026-11-09T21:00:30Z',
      simulator: { version, backends: 4, spareBackends: 1, load: () => 1.2 },
      cluster: `    mode: act
    windows:
      timezone: UTC
      guard: 0s
      allow:
        - { name: shrink, days: [mon-sun], start: "21:00", end: "21:15" }
        - { name: grow, days: [mon-sun], start: "21:20", end: "21:50" }
    backends:
      - group: default
        min: 3
        max: 8
        provisioner: spares
        signals: [{ signal: be_cpu, target: 60% }]
        minHold: 0s
        leadTime: 10m
        cooldown: { in: 1m, out: 1m }
        stabilize: { in: 1m }
        schedule: [{ name: fair, cron: "50 21 * * *", duration: 2h, min: 4 }]
`,
    });
    const { until, backends, changes, operations } = rehearsed;
    const removed = await until('a removal that succeeded', async () =>
      (await operations()).find(({ kind, state }) => kind === 'remove-backend' && state === 'succeeded'),
    );
    expect(backends()).toBe(3);
    expect(removed.steps.filter(({ state }) => state === 'failed')).toEqual([]);
    const victim = removed.targets[0]?.node ?? '';
    const texts = changes().map(({ text }) => text);
    const order = [
      '"drop_backend_after_decommission" = "false"',
      '"disable_load" = "true"',
      'DECOMMISSION BACKEND',
      '"disable_query" = "true"',
      '"drop_backend_after_decommission" = "true"',
    ];
    const positions = order.map((part) => texts.findIndex((text) => text.includes(part)));
    expect(positions).toEqual(positions.toSorted((a, b) => a - b));
    expect(positions[0]).toBeGreaterThanOrEqual(0);
    expect(texts.filter((text) => text.includes('DECOMMISSION'))).toEqual([
      `ALTER SYSTEM DECOMMISSION BACKEND "${victim}"`,
    ]);
    expect(texts.some((text) => text.includes('ALL FRONTENDS'))).toBe(version !== '2.1');
    const host = victim.replace(/:\d+$/, '');
    const process = rehearsed.rehearsal.simulator.cluster.backends().find((each) => each.host === host);
    expect(process).toMatchObject({ registered: false, running: false });

    await until('an addition that succeeded', async () =>
      (await operations()).find(({ kind, state }) => kind === 'add-backend' && state === 'succeeded'),
    );
    expect(backends()).toBe(4);
  });
});
