import { parentPort, workerData } from 'node:worker_threads';
import { mutate } from './mutate.ts';
import { MUTATIONS } from './mutations.ts';
import type { Share } from './shares.ts';

/** What the worker is made with: the invariant whose mutation it runs, if any. */
export interface Work {
  readonly mutation: string | undefined;
}

const { mutation } = workerData as Work;
const wrong = MUTATIONS.find(({ invariant }) => invariant === mutation);
if (wrong !== undefined) mutate(wrong);
// Sources of the engine are loaded from here on, changed ones included.
const { INVARIANTS } = await import('../invariants/all.ts');
const { runScenario } = await import('./run-scenario.ts');
const { scenarioOf } = await import('./scenario.ts');
const { shrink } = await import('./shrink.ts');

/** One scenario after another, as they are asked for; what breaks comes back shrunk. */
parentPort?.on('message', ({ seed, days }: Share) => {
  void (async () => {
    const before = process.threadCpuUsage();
    const outcome = await runScenario(scenarioOf(seed, days), { invariants: INVARIANTS });
    const spent = process.threadCpuUsage(before);
    const told = outcome.violation === undefined ? outcome : await shrink(outcome, INVARIANTS);
    // The days that were run, not those that the shrunk one has.
    parentPort?.postMessage({
      outcome: { ...told, figures: outcome.figures },
      cpuMs: (spent.user + spent.system) / 1000,
    });
  })();
});
