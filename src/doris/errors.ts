import type { ErrorCode } from '../domain/codes.ts';
import type { CodedError } from '../domain/error.ts';

type DorisCode = Extract<ErrorCode, `doris-${string}`>;

interface Circumstances {
  /** The line that mends it, to be pasted. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** An FE's own text may be of any length, and errors end in logs, records and notices. */
const LONGEST = 2000;

/** Whatever a cluster refuses or fails to answer: one class for each code. */
export abstract class DorisError extends Error implements CodedError {
  abstract readonly code: DorisCode;
  readonly hint: string | undefined;

  constructor(message: string, circumstances: Circumstances = {}) {
    super(message.length > LONGEST ? `${message.slice(0, LONGEST - 1)}…` : message, { cause: circumstances.cause });
    this.name = new.target.name;
    this.hint = circumstances.hint;
  }
}

/** Nothing was sent, or a read got no answer because the connection was lost. */
export class DorisUnreachable extends DorisError {
  readonly code = 'doris-unreachable';
}

/** A read was not answered in time. */
export class DorisTimeout extends DorisError {
  readonly code = 'doris-timeout';
}

/** A change was sent and its answer is lost: it may have been carried out. */
export class DorisOutcomeUnknown extends DorisError {
  readonly code = 'doris-outcome-unknown';
}

export class DorisAccessDenied extends DorisError {
  readonly code = 'doris-access-denied';
}

export class DorisWrongCluster extends DorisError {
  readonly code = 'doris-wrong-cluster';
}

/** No FE is master, or the FE asked has no way to the master. */
export class DorisNoMaster extends DorisError {
  readonly code = 'doris-no-master';
}

/** Too few followers are alive, or too few of them agree on the master. */
export class DorisNoMajority extends DorisError {
  readonly code = 'doris-no-majority';
}

/** Refused with a text that has no class of its own, or refused by us before sending. */
export class DorisStatementFailed extends DorisError {
  readonly code = 'doris-statement-failed';
}

/** A column is missing or holds a value of another form. */
export class DorisBadAnswer extends DorisError {
  readonly code = 'doris-bad-answer';
}

/** This version or mode does not have the statement, path or key. */
export class DorisUnsupported extends DorisError {
  readonly code = 'doris-unsupported';
}

export class DorisBackendExists extends DorisError {
  readonly code = 'doris-backend-exists';
}

export class DorisBackendUnknown extends DorisError {
  readonly code = 'doris-backend-unknown';
}

/** The backends that would remain are fewer than the replicas of some partition. */
export class DorisReplicationFloor extends DorisError {
  readonly code = 'doris-replication-floor';
}

export class DorisFrontendExists extends DorisError {
  readonly code = 'doris-frontend-exists';
}

export class DorisFrontendUnknown extends DorisError {
  readonly code = 'doris-frontend-unknown';
}

export class DorisMasterDrop extends DorisError {
  readonly code = 'doris-master-drop';
}

/** The FE refuses to drop a follower that its quorum needs. */
export class DorisQuorum extends DorisError {
  readonly code = 'doris-quorum';
}

/** The FE was busy with another change of its group and says "Try again": nothing was done. */
export class DorisTryAgain extends DorisError {
  readonly code = 'doris-try-again';
}
