import { afterEach, describe, expect, it } from 'vitest';
import { rehearse, type Rehearsed } from '../../support/rehearse.ts';

const policy = (followers: number): string => `    mode: act
    windows: { timezone: UTC, always: true }
    backends:
      - group: default
        min: 4
        max: 6
        signals: [{ signal: be_cpu, target: 60% }]
    frontend: { followers: ${String(followers)}, backendsPerFrontend: { min: 1, max: 20 }, provisioner: spares }
`;

describe.each([
  { version: '4.0', from: 3, to: 5, kind: 'add-follower', verb: 'ADD' },
  { version: '4.0', from: 1, to: 3, kind: 'add-follower', verb: 'ADD' },
  { version: '2.1', from: 5, to: 3, kind: 'remove-follower', verb: 'DROP' },
] as const)(
  'Doris $version with $from followers, of which the policy wants $to',
  ({ version, from, to, kind, verb }) => {
    let rehearsed: Rehearsed | undefined;
    afterEach(async () => {
      await rehearsed?.stop();
    });

    it('gets there by one pair, and every process stands as its row says', { timeout: 240_000 }, async () => {
      rehearsed = await rehearse({
        startAt: '2026-11-09T23:00:00Z',
        factor: 30,
        interval: '1m',
        simulator: { version, frontends: from, backends: 4, spareFrontends: 2, load: () => 1.5 },
        cluster: policy(to),
      });
      const { until, changes, operations, rehearsal } = rehearsed;
      const frontends = () => rehearsal.simulator.cluster.frontends();
      const operation = await until(
        'the operation ended',
        async () => (await operations()).find(({ endedAt }) => endedAt !== undefined),
        200_000,
      );
      expect(operation).toMatchObject({ kind, state: 'succeeded', from, to });
      const registered = frontends().filter((each) => each.registered);
      expect(registered.map(({ role }) => role)).toEqual(Array.from({ length: to }, () => 'FOLLOWER'));
      expect(frontends().filter((each) => each.running !== each.registered)).toEqual([]);
      const sent = changes()
        .map(({ text }) => text)
        .filter((text) => text.includes('FOLLOWER'))
        .map((text) => text.replace(/ "[^"]*"$/, ''));
      expect(sent).toEqual([`ALTER SYSTEM ${verb} FOLLOWER`, `ALTER SYSTEM ${verb} FOLLOWER`]);
      const steps = new Map(operation.steps.map(({ key, state, detail }) => [key, { state, detail }]));
      for (const index of [0, 1]) {
        expect(steps.get(`${String(index)}.same-master`)).toMatchObject({ state: 'done' });
        expect(steps.get(`${String(index)}.same-master`)?.detail).toMatch(/^every FE names /);
        expect(steps.get(`${String(index)}.routine-loads`)).toEqual({
          state: 'done',
          detail: '0 paused, no more than before',
        });
      }
    });
  },
);
