import type { Operation } from '../../domain/operation.ts';
import type { Orphan } from '../../domain/orphan.ts';
import { recordOf, textsIn, WHOLE } from '../steps/records.ts';
import type { OrphanFacts } from './orphan-facts.ts';

interface Changed {
  readonly operation: Operation;
  readonly key: string;
  readonly found: string;
  readonly ours: string;
}

/** The newest change of each FE setting by an operation that is over. */
export function changedSettings(operations: readonly Operation[]): readonly Changed[] {
  const newest = new Map<string, Changed>();
  for (const operation of operations) {
    const data = recordOf(operation, WHOLE, 'settings')?.data ?? {};
    const found = textsIn(data, 'found');
    for (const [key, ours] of Object.entries(textsIn(data, 'ours'))) {
      const before = found[key];
      if (before !== undefined && !newest.has(key)) newest.set(key, { operation, key, found: before, ours });
    }
  }
  return [...newest.values()];
}

/**
 * Every operation ends only once its settings are back. One that has our value again was set by somebody, or came with an FE
 * that could not be reached then and is master now: for a person to say.
 */
export function leftSettings({ operations, configs }: OrphanFacts): readonly Orphan[] {
  if (!configs.known) return [];
  const present = configs.value;
  return changedSettings(operations)
    .filter(({ key, found, ours }) => found !== ours && present[key] === ours)
    .map(({ operation, key, found, ours }) => ({
      code: 'setting-left',
      subject: key,
      what: `${key} is ${ours} as ${operation.kind} ${operation.id} had set it, and no operation runs; it was ${found} before`,
      mend: `unless somebody wants it so: ADMIN SET FRONTEND CONFIG ("${key}" = "${found}");`,
    }));
}
