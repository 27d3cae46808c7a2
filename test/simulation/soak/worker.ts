import { parentPort } from 'node:worker_threads';
import { INVARIANTS } from '../invariants/all.ts';
import { runScenario } from './run-scenario.ts';
import { scenarioOf } from './scenario.ts';
import { shrink } from './shrink.ts';
import type { Share } from './shares.ts';

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
