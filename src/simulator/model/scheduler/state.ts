/** The tablet scheduler of the master: its queues, its slots and when its daemons come round. */
export interface SchedulerState {
  readonly pending: TabletTaskState[];
  readonly running: TabletTaskState[];
  /** Newest last, at most 1,000. */
  readonly history: TabletTaskState[];
  /** Those of pending and running, by tablet id. */
  readonly tasks: Map<string, TabletTaskState>;
  /** Slots taken, by path hash. */
  readonly slots: Map<string, { repair: number; balance: number }>;
  /** Tablets that the checker looks at besides those of backends that are leaving or dead. */
  readonly suspects: Set<string>;
  /** The next round of the checker, of the scheduler and of the balancer; undefined while there is nothing to look for. */
  nextCheckAtMs: number | undefined;
  nextScheduleAtMs: number | undefined;
  nextBalanceAtMs: number | undefined;
  /** What the last round did, where it got nothing done: until something changes each round is like it. */
  standstill: Standstill | undefined;
  /** Some tablets are not tried yet, for time is given to something. */
  isGivingTime: boolean;
  /** When a drained backend is dropped. */
  nextDropAtMs: number | undefined;
  /** Since when a dead backend that is to be dropped holds up the drop check, minutes each round. */
  dropBlockedSinceMs: number | undefined;
}

/** A round of checker and scheduler in which no copy began and none could be put aside. */
export interface Standstill {
  /** They have asked for a slot in vain and wait on. */
  readonly waiting: readonly TabletTaskState[];
  /** Given up, and found again by each round of the checker. */
  readonly refused: readonly TabletTaskState[];
  /** The second of two in a row: the first still finds out who waits for what. */
  readonly repeats: boolean;
}

export interface TabletTaskState {
  readonly tabletId: string;
  readonly type: 'REPAIR' | 'BALANCE';
  readonly medium: 'HDD' | 'SSD';
  /** Tablet status as printed: REPLICA_RELOCATING while pending, REPLICA_MISSING while running. */
  status: string;
  /** Where a balanced tablet's old replica goes from, once the new one is there. */
  readonly surplusBackendId: string | undefined;
  state: 'PENDING' | 'RUNNING' | 'FINISHED' | 'CANCELLED';
  code: 'NONE' | 'WAITING_DECOMMISSION' | 'WAITING_SLOT' | 'DIAGNOSE_IGNORE';
  priority: 'LOW' | 'NORMAL' | 'HIGH' | 'VERY_HIGH';
  readonly createdAtMs: number;
  scheduledAtMs: number | undefined;
  visitedAtMs: number | undefined;
  finishedAtMs: number | undefined;
  /** Of a running copy; undefined: nobody ever reports its end. */
  endsAtMs: number | undefined;
  /** It ends because the master has waited long enough. */
  timesOut: boolean;
  /** Disks that had no slot left for it: while others wait for all of them in vain, there is no need to look. */
  waitsFor: readonly string[] | undefined;
  sourceBackendId: string | undefined;
  sourcePathHash: string | undefined;
  targetBackendId: string | undefined;
  targetPathHash: string | undefined;
  readonly bytes: number;
  failedScheduling: number;
  failedRunning: number;
  errorMessage: string;
}
