import type { Finding, Path } from '../problem.ts';
import { error } from '../problem.ts';
import { Places } from './located.ts';
import type { Position } from './located.ts';
import type { SourceText, TopLevelEntry } from './read-yaml.ts';
import { readYaml } from './read-yaml.ts';

/** Plain data of all files together, and where each value stands. */
export interface PolicyTree {
  readonly value: Readonly<Record<string, unknown>>;
  readonly places: Places;
  readonly findings: readonly Finding[];
}

/** Keys whose values of several files are put together; every other key may stand in one file only. */
const LISTS = ['clusters', 'notifications'];
const MAPS = ['provisioners'];

/** Puts the files of a policy together as if they were one. */
export function readPolicyTree(sources: readonly SourceText[]): PolicyTree {
  const first: Position = { file: sources[0]?.file ?? '', line: 1, column: 1 };
  const places = new Places(first);
  const tree = new Tree(places);
  const findings: Finding[] = [];
  for (const source of sources) {
    const read = readYaml(source, places);
    for (const entry of read.entries) tree.add(entry);
    // Read lazily by add, the findings of the values are there only now.
    findings.push(...read.findings);
  }
  return { value: tree.value, places, findings: [...findings, ...tree.findings] };
}

class Tree {
  readonly value: Record<string, unknown> = {};
  readonly findings: Finding[] = [];
  readonly #places: Places;
  readonly #seen = new Map<string, Position>();

  constructor(places: Places) {
    this.#places = places;
  }

  add(entry: TopLevelEntry): void {
    const path = [entry.key];
    const earlier = this.#seen.get(entry.key);
    this.#seen.set(entry.key, earlier ?? entry.keyPlace);
    if (earlier === undefined) this.#placeContainer(path, entry.keyPlace);
    const items = LISTS.includes(entry.key) ? entry.items : undefined;
    const entries = MAPS.includes(entry.key) ? entry.entries() : undefined;
    if (items !== undefined) this.#append(entry.key, items);
    else if (entries !== undefined) this.#merge(entry.key, entries);
    else if (earlier === undefined) this.#put(this.value, entry.key, entry.read(path));
    else this.#complainTwice(entry, path, earlier);
  }

  #append(key: string, items: readonly ((path: Path) => unknown)[]): void {
    const before = this.value[key];
    const list = Array.isArray(before) ? (before as unknown[]) : [];
    for (const read of items) list.push(read([key, list.length]));
    this.#put(this.value, key, list);
  }

  #merge(key: string, entries: readonly TopLevelEntry[]): void {
    const before = this.value[key];
    const map =
      typeof before === 'object' && before !== null && !Array.isArray(before)
        ? (before as Record<string, unknown>)
        : {};
    for (const entry of entries) {
      const path = [key, entry.key];
      const earlier = this.#seen.get(JSON.stringify(path));
      this.#seen.set(JSON.stringify(path), entry.keyPlace);
      if (earlier === undefined) this.#put(map, entry.key, entry.read(path));
      else this.#complainTwice(entry, path, earlier);
    }
    this.#put(this.value, key, map);
  }

  #complainTwice(entry: TopLevelEntry, path: Path, earlier: Position): void {
    this.findings.push(
      error(
        { ...entry.keyPlace, path: path.join('.') },
        `this stands in ${earlier.file}:${earlier.line} already`,
        'keep one of the two',
      ),
    );
  }

  #placeContainer(path: Path, key: Position): void {
    this.#places.set(path, { key, value: key, byKey: true, insideOffset: undefined });
  }

  #put(map: Record<string, unknown>, key: string, value: unknown): void {
    Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true });
  }
}
