import { afterEach, describe, expect, it } from 'vitest';
import { rehearse, type Rehearsed } from '../../support/rehearse.ts';

function policy(options: { readonly min: number; readonly followers: number }): string {
  return `    mode: act
    windows: { timezone: UTC, always: true }
    backends:
      - group: default
        min: ${String(options.min)}
        max: 80
        provisioner: spares
        signals: [{ signal: be_cpu, target: 60% }]
        schedule: [{ name: fair, cron: "0 0 10 11 *", duration: 2h, min: ${String(options.min + 1)} }]
        minHold: 0s
        cooldown: { in: 1m, out: 1m }
    frontend: { followers: ${String(options.followers)}, provisioner: spares }
`;
}

describe.each([
  { followers: 1, backends: 20, more: 21 },
  { followers: 3, backends: 60, more: 61 },
])(
  '$followers followers and $backends backends, 10 to 20 of them for each frontend',
  ({ followers, backends, more }) => {
    let rehearsed: Rehearsed | undefined;
    afterEach(async () => {
      await rehearsed?.stop();
    });

    it(`bring an observer before backend ${String(more)}`, { timeout: 240_000 }, async () => {
      rehearsed = await rehearse({
        startAt: '2026-11-09T23:00:00Z',
        factor: 60,
        interval: '1m',
        simulator: {
          frontends: followers,
          backends,
          spareBackends: 1,
          spareFrontends: 1,
          backendBytes: 64 * 1024 * 1024,
          load: () => backends * 0.55,
        },
        cluster: policy({ min: backends, followers }),
      });
      const { until, changes, observers, operations } = rehearsed;
      await until('one backend more', () => rehearsed?.backends() === more, 200_000);
      expect(observers()).toHaveLength(1);
      const sent = changes()
        .map(({ text }) => text)
        .filter((text) => /ADD (OBSERVER|BACKEND)/.test(text))
        .map((text) => text.replace(/ "[^"]*".*$/, ''));
      expect(sent).toEqual(['ALTER SYSTEM ADD OBSERVER', 'ALTER SYSTEM ADD BACKEND']);
      await until('both operations ended', async () => {
        const ended = (await operations()).filter(({ state }) => state === 'succeeded').map(({ kind }) => kind);
        return ended.includes('add-backend') && ended.includes('add-observer');
      });
    });
  },
);

describe('one follower, a foreign observer, and one that the seventh backend brought', () => {
  let rehearsed: Rehearsed | undefined;
  afterEach(async () => {
    await rehearsed?.stop();
  });

  it('falling back takes the backends first, then only the observer that we added', { timeout: 240_000 }, async () => {
    rehearsed = await rehearse({
      startAt: '2026-11-09T23:30:00Z',
      factor: 60,
      interval: '1m',
      simulator: {
        frontends: 1,
        observers: 1,
        backends: 6,
        spareBackends: 1,
        spareFrontends: 1,
        backendBytes: 64 * 1024 * 1024,
        load: () => 1,
      },
      cluster: `    mode: act
    windows: { timezone: UTC, always: true }
    backends:
      - group: default
        min: 3
        max: 8
        provisioner: spares
        signals: [{ signal: be_cpu, target: 60% }]
        schedule: [{ name: fair, cron: "0 0 10 11 *", duration: 30m, min: 7 }]
        minHold: 0s
        cooldown: { in: 1m, out: 1m }
        step: { out: 1, in: 4 }
    frontend: { followers: 1, backendsPerFrontend: { min: 2, max: 3 }, observers: { min: 0, max: 2 }, provisioner: spares }
`,
    });
    const { until, changes, observers } = rehearsed;
    const [foreign] = observers();
    await until('seven backends', () => rehearsed?.backends() === 7, 100_000);
    expect(observers()).toHaveLength(2);
    await until('three backends', () => rehearsed?.backends() === 3, 200_000);
    await until('two frontends', () => observers().length <= 1, 100_000);
    expect(observers()).toEqual([foreign]);
    const removals = changes()
      .map(({ text }) => text)
      .filter((text) => /^ALTER SYSTEM (DECOMMISSION|DROP)/.test(text))
      .map((text) => text.replace(/ "[^"]*".*$/, ''));
    expect(new Set(removals.slice(0, -1))).toEqual(new Set(['ALTER SYSTEM DECOMMISSION BACKEND']));
    expect(removals.at(-1)).toBe('ALTER SYSTEM DROP OBSERVER');
  });
});
