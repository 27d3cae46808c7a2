import type { EpochMs } from '../instant.ts';

/** Names of records and operations: 26 characters that sort by time (ULID). */
export interface Ids {
  next(at: EpochMs): string;
}
