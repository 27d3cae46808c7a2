import type { Finding } from '../problem.ts';
import { error } from '../problem.ts';
import type { Locate } from '../source/located.ts';
import { valueAt } from '../source/located.ts';

/** Names that must differ within a list: the second of two is pointed at, the first is named by its line. */
export function checkNames(
  items: readonly unknown[],
  key: string,
  what: string,
  locate: Locate,
  fallback?: string,
): readonly Finding[] {
  const first = new Map<string, number>();
  return items.flatMap((item, index) => {
    const name = valueAt(item, [key]) ?? fallback;
    if (typeof name !== 'string') return [];
    const earlier = first.get(name);
    if (earlier === undefined) {
      first.set(name, index);
      return [];
    }
    const { line } = locate(earlier, key);
    return [
      error(locate(index, key), `another ${what} is called "${name}" already (line ${line})`, 'give each its own name'),
    ];
  });
}
