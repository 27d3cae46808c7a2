import { mutate } from './mutate.ts';
import { MUTATIONS } from './mutations.ts';

/**
 * One mutation in a process of its own, by its number on the command line: the sources are changed as they are loaded, then
 * its scenario runs under seeds from 1 on until the invariant breaks. With `sound` instead of a number nothing is changed, and
 * all scenarios run with all invariants. Prints one line of JSON.
 */
const SEEDS = 5;

const [which = ''] = process.argv.slice(2);
const mutation = which === 'sound' ? undefined : MUTATIONS[Number(which)];
if (mutation === undefined && which !== 'sound') {
  throw new Error(`there are ${String(MUTATIONS.length)} mutations, and no ${which}`);
}
const missed = mutation === undefined ? () => [] : mutate(mutation);
// Sources of the engine are loaded from here on, changed ones included.
const { runScenario } = await import('./run-scenario.ts');
const { INVARIANTS } = await import('../invariants/all.ts');

const broken: string[] = [];
const runs =
  mutation === undefined
    ? MUTATIONS.map(({ scenario }) => scenario)
    : Array.from({ length: SEEDS }, (_, index) => ({ ...mutation.scenario, seed: index + 1 }));
for (const scenario of runs) {
  const invariants = INVARIANTS.filter(({ name }) => mutation === undefined || name === mutation.invariant);
  const { violation } = await runScenario(scenario, { invariants });
  if (violation !== undefined) broken.push(`${violation.invariant}: ${violation.detail}`);
  if (mutation !== undefined && broken.length > 0) break;
}
console.log(JSON.stringify({ broken, missed: missed() }));
