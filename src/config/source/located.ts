import type { Path, PathPart, Place } from '../problem.ts';
import { pathText } from '../problem.ts';

/** Position in a file, from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Where one value and its key stand. */
interface Spot {
  readonly key: Position | undefined;
  readonly value: Position;
  /** Maps, lists and empty values are pointed at by their key. */
  readonly byKey: boolean;
  /** Where a scalar's first character stands behind `value`, when every character is written as it is read. */
  readonly insideOffset: number | undefined;
}

/** Gives the place of a path below a section; the place of a missing key is its parent's. */
export interface Locate {
  (...path: Path): Place;
  /** The key itself, for an unknown one. */
  readonly key: (...path: Path) => Place;
  /** A character inside a scalar, counted from 0; the value's start where it cannot be told. */
  readonly inside: (path: Path, offset: number) => Place;
  /** The same below a path. */
  readonly at: (...path: Path) => Locate;
}

/** Positions of every value of a policy, by path. */
export class Places {
  readonly #spots = new Map<string, Spot>();
  readonly #root: Position;

  constructor(root: Position) {
    this.#root = root;
  }

  set(path: Path, spot: Spot): void {
    this.#spots.set(JSON.stringify(path), spot);
  }

  find(path: Path): Place {
    const text = pathText(path);
    for (let length = path.length; length > 0; length -= 1) {
      const spot = this.#spots.get(JSON.stringify(path.slice(0, length)));
      if (spot !== undefined) return { ...(spot.byKey ? (spot.key ?? spot.value) : spot.value), path: text };
    }
    return { ...this.#root, path: text };
  }

  findKey(path: Path): Place {
    const spot = this.#spots.get(JSON.stringify(path));
    return spot === undefined ? this.find(path) : { ...(spot.key ?? spot.value), path: pathText(path) };
  }

  findInside(path: Path, offset: number): Place {
    const place = this.find(path);
    const insideOffset = this.#spots.get(JSON.stringify(path))?.insideOffset;
    return insideOffset === undefined ? place : { ...place, column: place.column + insideOffset + offset };
  }

  locate(base: Path): Locate {
    const find = (...path: Path): Place => this.find([...base, ...path]);
    return Object.assign(find, {
      key: (...path: Path) => this.findKey([...base, ...path]),
      inside: (path: Path, offset: number) => this.findInside([...base, ...path], offset),
      at: (...path: Path) => this.locate([...base, ...path]),
    });
  }
}

/** The value at a path of plain data, undefined when it leads nowhere. */
export function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const part of path) value = child(value, part);
  return value;
}

function child(value: unknown, part: PathPart): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
  return (value as Readonly<Record<PathPart, unknown>>)[part];
}
