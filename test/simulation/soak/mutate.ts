import { registerHooks } from 'node:module';
import type { Mutation } from './mutations.ts';

const SOURCES = new URL('../../../src/', import.meta.url);

/**
 * Changes the sources as this thread loads them, so whoever calls this imports the code under test later. Tells then which
 * changes were not made: their text was not found, or their file was never loaded.
 */
export function mutate({ changes }: Mutation): () => readonly string[] {
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
