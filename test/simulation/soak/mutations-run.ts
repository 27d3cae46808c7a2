import { registerHooks } from 'node:module';
import { MUTATIONS } from './mutations.ts';
import type { Mutation } from './mutations.ts';

/**
 * One mutation in a process of its own, by its number on the command line: the sources are changed as they are loaded, then
 * its scenario runs under seeds from 1 on until the invariant breaks. With `sound` as a second argument nothing is changed.
 * Prints one line of JSON.
 */
const SEEDS = 5;
const SOURCES = new URL('../../../src/', import.meta.url);

const [number, sound] = process.argv.slice(2);
const mutation = MUTATIONS[Number(number)];
if (mutation === undefined) throw new Error(`there are ${String(MUTATIONS.length)} mutations, and no ${number ?? ''}`);
const stale = sound === 'sound' ? undefined : change(mutation);
// Sources of the engine are loaded from here on, changed ones included.
const { runScenario } = await import('./run-scenario.ts');
const { INVARIANTS } = await import('../invariants/all.ts');
const invariants = INVARIANTS.filter(({ name }) => sound === 'sound' || name === mutation.invariant);
let broken: { readonly seeds: number; readonly detail: string } | undefined;
for (let seed = 1; seed <= SEEDS && broken === undefined; seed += 1) {
  const { violation } = await runScenario({ ...mutation.scenario, seed }, { invariants });
  if (violation !== undefined) broken = { seeds: seed, detail: `${violation.invariant}: ${violation.detail}` };
  if (sound === 'sound') break;
}
console.log(JSON.stringify({ broken, missed: stale?.() ?? [] }));

/** Resolves to the changes whose text was not found, or whose file was never loaded. */
function change({ changes }: Mutation): () => readonly string[] {
  const made = new Set<string>();
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      const here = changes.filter(({ file }) => url === new URL(file, SOURCES).href);
      if (here.length === 0 || loaded.source === undefined || loaded.source === null) return loaded;
      const text = typeof loaded.source === 'string' ? loaded.source : new TextDecoder().decode(loaded.source);
      const source = here.reduce((before, { file, search, replace }) => {
        if (!before.includes(search)) return before;
        made.add(`${file}: ${search}`);
        return before.replace(search, () => replace);
      }, text);
      return { ...loaded, source };
    },
  });
  return () => changes.map(({ file, search }) => `${file}: ${search}`).filter((name) => !made.has(name));
}
