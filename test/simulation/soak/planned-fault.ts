import type { Fault } from '../../../src/simulator/faults/fault.ts';

/**
 * What goes wrong: from `atMs` on, counted from the start of the scenario, for `forMs`. Every fault ends. A host is named by
 * what it is when the fault begins (see symbols.ts): `$member:0` a registered backend, `$leaving` the one that is being
 * drained, `$newest` the one registered last, `$spare:0` a free host, `$follower:0`, `$observer:0`, `$master`, `$other:0` a
 * follower that is not the master. A fault whose host there is not is left out.
 */
export type PlannedFault = { readonly atMs: number; readonly forMs: number } & FaultKind;

export type FaultKind =
  /** The process dies at the n-th port call, or write of the journal, from then on (0 is the next one); started again after `forMs`. */
  | {
      readonly kind: 'crash';
      readonly at: 'port-call' | 'journal-write';
      readonly nth: number;
      readonly when: 'before' | 'after';
    }
  /** kill -9 at that instant; started again after `forMs`. */
  | { readonly kind: 'kill' }
  /** SIGTERM at that instant; started again after `forMs`. */
  | { readonly kind: 'stop' }
  /** A fault of the simulator, and the one that takes it back; hosts are symbols. */
  | { readonly kind: 'model'; readonly begin: Fault; readonly end: Fault | undefined }
  /** The process of a node is killed, and started again at the end. */
  | { readonly kind: 'backend-down'; readonly host: string }
  | { readonly kind: 'frontend-down'; readonly host: string }
  /** We reach no FE, or not this one; the cluster is well. */
  | { readonly kind: 'unreachable'; readonly host: string }
  | { readonly kind: 'slow-replies'; readonly of: StatementsOf; readonly delayMs: number }
  /** The first `count` statements are carried out, and their replies never come. */
  | { readonly kind: 'lost-replies'; readonly of: StatementsOf; readonly count: number }
  /** `zero`: nothing, and for a while after it loads of zero, as from counters that began anew. */
  | { readonly kind: 'prometheus'; readonly manner: 'missing' | 'stale' | 'nan' | 'zero' }
  /** The wall clock jumps, and back at the end. */
  | { readonly kind: 'clock'; readonly byMs: number }
  /** Every write of the store fails: its disk is full. */
  | { readonly kind: 'store-full' }
  /** `late`: answers after `delayMs`; `lost`: does it and never answers; `fail`, `try-again`: refuses. */
  | {
      readonly kind: 'host-scripts';
      readonly manner: 'late' | 'lost' | 'fail' | 'try-again';
      readonly delayMs: number;
    }
  /** A person at the prompt of the master, and again at the end. Symbols stand for `host:port`, in quotes. */
  | { readonly kind: 'by-hand'; readonly begin: readonly string[]; readonly end: readonly string[] }
  /** A person at our own command line; `cancel` is a no to what is proposed. */
  | { readonly kind: 'order'; readonly order: Order };

export type Order = 'approve' | 'cancel' | 'pause' | 'resume';

export type StatementsOf = 'changes' | 'reads' | 'all';
