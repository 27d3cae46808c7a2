import type { GuardCode } from '../../../domain/codes.ts';
import type { ClusterEvidence, RemovalEvidence, TabletWalk } from '../../../domain/evidence.ts';
import type { EpochMs } from '../../../domain/instant.ts';
import type { Unknown } from '../../../domain/known.ts';
import type { Backend } from '../../../domain/topology.ts';

/** What is asked of every check: may these backends leave those? */
export interface RemovalQuestion {
  readonly at: EpochMs;
  /** Resource tag. */
  readonly group: string;
  /** Empty: would any one be able to go? */
  readonly leaving: readonly Backend[];
  /** Of the group, those that hold data after it: alive, enabled, storage, neither leaving now nor among `leaving`. */
  readonly keeping: readonly Backend[];
  /** All of the cluster. */
  readonly backends: readonly Backend[];
  readonly evidence: RemovalEvidence | undefined;
  /** Growth of the group's data; undefined = unknown. */
  readonly growthBytesPerDay: number | undefined;
  /** Until the next chance to change, or until the drain has ended if that is later. */
  readonly spanMs: number;
  /** disk.projected. */
  readonly projectedRatio: number;
  readonly singleReplica: 'move' | 'refuse';
  /** Of one backend. */
  readonly assumedRateBytesPerSecond: number;
  readonly timezone: string;
}

/** `unread` holds as `hold` does; a running operation asks again. `later`: what it needs is looked at right before acting. */
export interface Finding {
  readonly is: 'pass' | 'hold' | 'unread' | 'later';
  /** The value against its bound, for people. */
  readonly detail: string;
  /** When the check alone would let go, where that is known. */
  readonly until?: EpochMs;
}

/** One row of the table of checks before a removal. The guide prints it. */
export type RemovalCheck = {
  readonly key: string;
  /** The reason code that a hold is recorded under. */
  readonly code: GuardCode;
  readonly title: string;
  /** The bound, in words. */
  readonly holds: string;
  /** The statement by which a person sees the same. */
  readonly look: string;
  readonly mend: string;
} & (
  | { readonly needs: 'topology'; readonly judge: (question: RemovalQuestion) => Finding }
  | {
      readonly needs: 'evidence';
      readonly judge: (question: RemovalQuestion, evidence: ClusterEvidence) => Finding;
    }
  /** Tablets are walked for it: once per admission. */
  | {
      readonly needs: 'walk';
      readonly judge: (question: RemovalQuestion, walk: TabletWalk, evidence: ClusterEvidence) => Finding;
    }
);

export function passes(detail: string): Finding {
  return { is: 'pass', detail };
}

export function holds(detail: string, until?: EpochMs): Finding {
  return until === undefined ? { is: 'hold', detail } : { is: 'hold', detail, until };
}

/** What cannot be read is a hold, not a pass. */
export function unread(what: string, { reason }: Unknown): Finding {
  return { is: 'unread', detail: `${what} could not be read: ${reason}` };
}

/** Asks one check. Everything that it holds for names the statement to look at. */
export function ask(check: RemovalCheck, question: RemovalQuestion): Finding {
  const { evidence } = question;
  const found = judged(check, question, evidence);
  return found.is === 'hold' || found.is === 'unread'
    ? { ...found, detail: `${found.detail} (look: ${check.look})` }
    : found;
}

function judged(check: RemovalCheck, question: RemovalQuestion, evidence: RemovalEvidence | undefined): Finding {
  if (check.needs === 'topology') return check.judge(question);
  const later: Finding = { is: 'later', detail: `${check.title}: looked at right before acting` };
  if (evidence === undefined) return later;
  if (check.needs === 'evidence') return check.judge(question, evidence);
  return evidence.walk === undefined ? later : check.judge(question, evidence.walk, evidence);
}
