import type { EpochMs } from '../instant.ts';
import type { ClusterMemory } from './cluster-memory.ts';
import type { Control } from './control.ts';
import type { Journal } from './journal.ts';

/** What an order reads and writes. */
export interface OrderPorts {
  readonly control: Control;
  readonly journal: Pick<Journal, 'open' | 'find' | 'list'>;
  readonly memory: Pick<ClusterMemory, 'fact' | 'setFact'>;
}

/** An order that may arrive twice, such as an HTTP call whose answer was lost. */
export interface Repeatable {
  /** The caller's name for this one order. */
  readonly key: string;
  /** The same text = the same order. */
  readonly fingerprint: string;
  readonly at: EpochMs;
}

/** Orders of people as whole transactions: all of one is kept, with its answer, or nothing. */
export interface Orders {
  /** `work` awaits nothing but its ports. */
  place<T>(work: (ports: OrderPorts) => Promise<T>): Promise<T>;
  /**
   * The same once for each key, for 7 days at least: a repetition gets the first answer, of JSON values, and changes
   * nothing. Undefined: the key was used for another order.
   */
  placeOnce<T>(
    order: Repeatable,
    work: (ports: OrderPorts) => Promise<T>,
  ): Promise<{ readonly answer: T; readonly repeated: boolean } | undefined>;
}
