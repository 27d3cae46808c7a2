import { afterEach, describe, expect, it } from 'vitest';
import { endsAsWanted } from './support/invariants.ts';
import { ALL_KINDS, at, stage, stepsOf } from './support/scenes.ts';
import type { Staged } from './support/scenes.ts';

const running: Staged[] = [];
afterEach(async () => {
  for (const { simulation } of running.splice(0)) await simulation.end();
});

const MOMENTS = ALL_KINDS.flatMap((kind) =>
  stepsOf(kind).flatMap((step) => [
    { kind, step, moment: 'before' as const },
    { kind, step, moment: 'after' as const },
  ]),
);

describe('the master FE dies in a step, another one takes over, and the first comes back', { timeout: 240_000 }, () => {
  it.each(MOMENTS)('$kind, $moment $step', async ({ kind, step, moment }) => {
    let failed = 0;
    const staged = await stage(kind, {
      wrote: at(step, moment, () => {
        failed += 1;
        const { cluster, clock } = staged.simulation;
        const master = cluster.frontends().find(({ isMaster }) => isMaster);
        if (master === undefined) throw new Error('no FE is master');
        cluster.killFrontend(master.host, clock.now());
        void clock.sleep(90_000).then(() => {
          cluster.startFrontend(master.host, undefined, clock.now());
        });
      }),
    });
    running.push(staged);
    await staged.settle();
    // No follower comes or goes while another is dead: that is undone, and done when all are alive.
    await endsAsWanted(staged, kind.endsWith('-follower') ? 'in the end' : 'at once');
    expect(failed).toBe(1);
  });
});
