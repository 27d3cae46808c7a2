import type { EpochMs } from '../instant.ts';
import type { DecisionRecord } from '../record.ts';

export interface RecordSink {
  append(record: DecisionRecord): Promise<void>;
  find(id: string): Promise<DecisionRecord | undefined>;
  latest(cluster: string): Promise<DecisionRecord | undefined>;
  /** The newest at or before an instant. */
  at(cluster: string, at: EpochMs): Promise<DecisionRecord | undefined>;
  /** Newest first, before an id when given. */
  list(request: {
    readonly cluster: string;
    readonly before?: string;
    readonly limit: number;
  }): Promise<readonly DecisionRecord[]>;
  /** Deletes records older than an instant, but keeps those that admitted an operation. */
  retain(newerThan: EpochMs): Promise<number>;
}
