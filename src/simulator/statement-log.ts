import type { StatementRecord } from './cluster.ts';

/** The newest statements; older ones are forgotten, however long a cluster lives. */
export interface StatementLog {
  add(statement: Omit<StatementRecord, 'sequence'>): void;
  /** Those that came after a sequence number, oldest first. */
  after(sequence?: number): readonly StatementRecord[];
}

const KEPT = 100_000;

export function statementLog(kept: number = KEPT): StatementLog {
  const records: StatementRecord[] = [];
  let sequence = 0;
  return {
    add: (statement) => {
      sequence += 1;
      records.push({ sequence, ...statement });
      // Rarely, as it moves all that stay.
      if (records.length > 2 * kept) records.splice(0, records.length - kept);
    },
    after: (after = 0) => {
      const newer = Math.min(kept, Math.max(0, sequence - after));
      return newer === 0 ? [] : records.slice(-newer);
    },
  };
}
