import type { EpochMs } from '../instant.ts';

export interface Notice {
  readonly at: EpochMs;
  readonly cluster: string;
  /** `operation-failed`, `operation-stalled`, `approval-needed`, `window-report`, `foreign-change` ... */
  readonly event: string;
  /** First line: the answer. */
  readonly title: string;
  readonly lines: readonly string[];
}

/** Delivery is best effort and never delays or fails what it reports. */
export interface Notifier {
  notify(notice: Notice): void;
}
