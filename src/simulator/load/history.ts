import { emptyCounters, type LoadCounters } from './counters.ts';

/** Who served at any instant, and what the backends held and moved. */
export interface LoadHistory {
  /** Ascending. The first holds for all time before it, too: whoever is there at the start has always been. */
  readonly eras: Era[];
  /** By host, ascending; the first holds for all time before it. */
  readonly holdings: Map<string, Holding[]>;
  nextHoldingMs: number;
  /** Since the holdings were noted last: what becomes of loads. */
  loads: LoadFate;
  readonly counters: LoadCounters;
}

/** A time in which the same nodes served. */
export interface Era {
  readonly fromMs: number;
  /** Members whose process runs. */
  readonly backends: readonly EraBackend[];
  readonly backendByHost: ReadonlyMap<string, EraBackend>;
  readonly frontends: readonly EraFrontend[];
  /** Those of `tagged` are counted apart. */
  readonly servingBackends: number;
  readonly servingTagged: number;
  readonly servingFrontends: number;
  readonly loads: LoadFate;
}

/** Loads are refused while a disk is full, and many fail while they race with clones. */
export type LoadFate = 'taken' | 'failing' | 'rejected';

export interface EraBackend {
  readonly host: string;
  readonly httpPort: number;
  readonly memoryBytes: number;
  readonly totalBytes: number;
  readonly serves: boolean;
  /** It has the tag of `tagged`, and takes of its load alone. */
  readonly isTagged: boolean;
}

export interface EraFrontend {
  readonly host: string;
  readonly httpPort: number;
  readonly serves: boolean;
  readonly isMaster: boolean;
}

export interface Holding {
  readonly fromMs: number;
  readonly usedBytes: number;
  /** Copies of tablets that it sends or receives. */
  readonly clones: number;
}

export function emptyHistory(): LoadHistory {
  return {
    eras: [],
    holdings: new Map(),
    nextHoldingMs: Number.NEGATIVE_INFINITY,
    loads: 'taken',
    counters: emptyCounters(),
  };
}

/** The newest entry that begins at or before an instant, else the first. */
export function entryAt<T extends { readonly fromMs: number }>(entries: readonly T[], atMs: number): T | undefined {
  const newest = entries.at(-1);
  if (newest === undefined || newest.fromMs <= atMs) return newest;
  let low = 0;
  let high = entries.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((entries[middle]?.fromMs ?? Number.POSITIVE_INFINITY) <= atMs) low = middle;
    else high = middle - 1;
  }
  return entries[low];
}
