import type { EpochMs } from '../instant.ts';

/** Business time. Windows, cooldowns, slots, polls and deadlines use it; transport time-outs are real time. */
export interface Clock {
  now(): EpochMs;
  /** Milliseconds that only grow, for durations within this process. */
  monotonicMs(): number;
  /** Resolves after `ms` of business time; rejects with the signal's reason when it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
