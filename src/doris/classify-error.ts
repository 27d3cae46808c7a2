import {
  DorisAccessDenied,
  DorisBackendExists,
  DorisBackendUnknown,
  type DorisError,
  DorisFrontendExists,
  DorisFrontendUnknown,
  DorisMasterDrop,
  DorisNoMaster,
  DorisOutcomeUnknown,
  DorisQuorum,
  DorisReplicationFloor,
  DorisStatementFailed,
  DorisTryAgain,
  DorisUnsupported,
} from './errors.ts';

/** An error packet of an FE. */
export interface ServerError {
  readonly errno: number;
  readonly message: string;
}

type Outcome = 'refused' | 'perhaps-done';

interface Pattern {
  readonly text: RegExp;
  readonly class: new (
    message: string,
    circumstances?: { readonly hint?: string; readonly cause?: unknown },
  ) => DorisError;
  /** `perhaps-done`: the FE passed the statement on and lost the answer. */
  readonly outcome?: Outcome;
}

/** Privileges: 1045 login, 1044 database, 1142 table, 1227 statement (up to 3.0; from 4.0 all of them 1105). */
const ACCESS_NUMBERS: ReadonlySet<number> = new Set([1044, 1045, 1142, 1227]);

/**
 * Doris answers nearly every failure with 1105, so the text decides. Texts as of 2.0 to 4.x unless noted; the first
 * match counts.
 */
const PATTERNS: readonly Pattern[] = [
  { text: /Same backend already exists\[/, class: DorisBackendExists },
  { text: /Backend does not exist(\[|, backend id is)/, class: DorisBackendUnknown },
  { text: /backend does not exists\[/, class: DorisBackendUnknown },
  { text: /Backend\[\d+\] does not exist/, class: DorisBackendUnknown },
  // From 2.0.10 and 2.1.3 on.
  { text: /After decommission, partition .* > available backend num/s, class: DorisReplicationFloor },
  { text: /frontend already exists name: /, class: DorisFrontendExists },
  // Of a name that was dropped a moment ago, and of a lock that another change holds.
  { text: /frontend name already exists |Failed to acquire env lock/, class: DorisTryAgain },
  { text: /(frontend|FOLLOWER|OBSERVER) does not exist\[/, class: DorisFrontendUnknown },
  { text: /can not drop current master node/, class: DorisMasterDrop },
  // From 2.1 on.
  { text: /because the quorum requirements are not met/, class: DorisQuorum },
  { text: /Access denied|command denied to user/, class: DorisAccessDenied },
  { text: /Failed to get master client|Node catalog is not ready|Master FE is not ready/, class: DorisNoMaster },
  { text: /ForwardToMasterException|Internal error processing forward/, class: DorisNoMaster, outcome: 'perhaps-done' },
  { text: /^Exception, msg: java\.net\.ConnectException/, class: DorisNoMaster },
  // 2.x has no `errCode` before a parse error, 3.0 and later have it.
  {
    text: /ParseException, msg:|(mismatched|extraneous) input |no viable alternative at input|missing '.*' at '/,
    class: DorisUnsupported,
  },
  { text: /\(line \d+, pos \d+\)\s*$/, class: DorisUnsupported },
  { text: /Proc path '.*' doesn't exist|Config '.*' does not exist|Unknown table '/, class: DorisUnsupported },
  {
    text: /Unsupported (operation|command)|not supported in cloud mode|only support in cloud mode/i,
    class: DorisUnsupported,
  },
];

/** The class of an FE's own error text. `subject` is who answered and what was asked. */
export function classifyServerError(
  error: ServerError,
  subject: { readonly endpoint: string; readonly change: boolean },
): DorisError {
  const text = plainText(error.message);
  const message = `${subject.endpoint}: ${text}`;
  const found = PATTERNS.find((pattern) => pattern.text.test(error.message));
  if (subject.change && found?.outcome === 'perhaps-done') return new DorisOutcomeUnknown(message);
  if (found !== undefined) return new found.class(message);
  if (ACCESS_NUMBERS.has(error.errno)) return new DorisAccessDenied(message);
  return new DorisStatementFailed(message);
}

/** The text without Doris's prefix, on one line. */
function plainText(message: string): string {
  return message
    .replace(/^(errCode = \d+, detailMessage = |Encounter unknown exception: )+/, '')
    .replace(/\s+/g, ' ')
    .trim();
}
