import type { EpochMs } from '../instant.ts';

/** Names of records and operations: 26 characters that sort by time (ULID). */
export interface Ids {
  next(at: EpochMs): string;
  /** Names a content: its SHA-256 in hex. */
  digest(text: string): string;
}
