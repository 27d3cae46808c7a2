import type { EpochMs } from '../instant.ts';

/** Calls back once a second of business time, until stopped. A late or missed second is reported, never made up for. */
export interface Ticker {
  /** `handle` must not throw; seconds that pass while it runs are not queued. */
  start(handle: (second: EpochMs) => void): void;
  /** A job at a five-field cron in UTC, e.g. daily retention. */
  daily(name: string, cron: string, job: () => Promise<void>): void;
  stop(): Promise<void>;
}
