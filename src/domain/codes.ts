/** Codes that change the number. Stable: record, log, metric label and API use them. */
export const LIMIT_CODES = [
  'at-min',
  'at-max',
  'step',
  'schedule',
  'ratio',
  'within-bounds',
  'dead-band',
  'stabilizing',
  'not-worth-moving',
] as const;
export type LimitCode = (typeof LIMIT_CODES)[number];

/** Guards of both directions, in the order in which `holds_total` counts the first. */
export const BOTH_GUARD_CODES = [
  'paused',
  'mode-observe',
  'awaiting-approval',
  'approval-expired',
  'not-leader',
  'operation-open',
  'foreign-operation',
  'topology-unknown',
  'outside-window',
  'window-too-short',
  'not-idle',
  'cooldown',
  'quorum',
  'clock-jump',
  'version-unsupported',
  'store-unavailable',
  'rolling-restart',
] as const;
export const OUT_GUARD_CODES = ['no-host'] as const;
export const IN_GUARD_CODES = [
  'metrics-unknown',
  'metrics-stale',
  'metrics-recovering',
  'history-short',
  'no-victim',
  'backoff',
  'limit-exceeded',
  'cluster-unhealthy',
  'min-hold',
  'replication-floor',
  'single-replica',
  'disk-headroom',
  'tablets-unhealthy',
  'colocate-unstable',
  'schema-change-running',
] as const;
export const GUARD_CODES = [...BOTH_GUARD_CODES, ...OUT_GUARD_CODES, ...IN_GUARD_CODES] as const;
export type GuardCode = (typeof GUARD_CODES)[number];

export type ReasonCode = LimitCode | GuardCode;

/** Codes of errors that adapters raise; each class stands beside its adapter. */
export const ERROR_CODES = [
  'bad-input',
  'config-invalid',
  'not-found',
  'nothing-to-change',
  'unauthorized',
  'internal',
  'doris-unreachable',
  'doris-timeout',
  'doris-access-denied',
  'doris-wrong-cluster',
  'doris-no-master',
  'doris-no-majority',
  'doris-statement-failed',
  'doris-outcome-unknown',
  'doris-bad-answer',
  'doris-unsupported',
  'doris-backend-exists',
  'doris-backend-unknown',
  'doris-replication-floor',
  'doris-frontend-exists',
  'doris-frontend-unknown',
  'doris-master-drop',
  'doris-quorum',
  'doris-try-again',
  'prometheus-unreachable',
  'prometheus-timeout',
  'prometheus-bad-query',
  'prometheus-bad-answer',
  'provisioner-failed',
  'provisioner-timeout',
  'provisioner-try-again',
  'provisioner-bad-answer',
  'store-locked',
  'store-unavailable',
  'store-newer',
  'listen-failed',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];
