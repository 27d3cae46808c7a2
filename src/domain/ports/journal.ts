import type { EpochMs } from '../instant.ts';
import type { Operation, StepRecord } from '../operation.ts';

/** Durable operations. A resolved call is on disk (commit and fsync). At most one open operation per cluster. */
export interface Journal {
  /** Rejects while another is open, a proposal included. The open proposal of the same id becomes what is begun. */
  begin(operation: Operation): Promise<void>;
  /** Replaces the operation's own fields; its steps are written by writeStep only. */
  update(operation: Operation): Promise<void>;
  /** Intent or outcome of one step; the key is unique within the operation. */
  writeStep(operationId: string, step: StepRecord): Promise<void>;
  open(cluster: string): Promise<Operation | undefined>;
  find(id: string): Promise<Operation | undefined>;
  /** Newest first. */
  list(request: {
    readonly cluster?: string;
    readonly endedAfter?: EpochMs;
    readonly limit: number;
  }): Promise<readonly Operation[]>;
}
