import { sentencesOf } from '../../decision/explain/sentences.ts';
import type { GroupDecision } from '../../domain/decision.ts';
import type { EpochMs } from '../../domain/instant.ts';
import type { ClusterPolicy } from '../../domain/policy.ts';
import type { Log, LogFields } from '../../domain/ports/log.ts';
import type { DecisionRecord } from '../../domain/record.ts';

const HOUR_MS = 3_600_000;

/** What the log says of one cluster's evaluations. */
export interface EvaluationLines {
  recorded(record: DecisionRecord, policy: ClusterPolicy): void;
  /** An evaluation broke off at an instant: nothing was recorded. */
  failed(error: unknown, at: EpochMs): void;
}

/** One line for each group whose answer changed; while nothing changes, a summary each hour. */
export function evaluationLines(log: Log, cluster: string): EvaluationLines {
  const answers = new Map<string, string>();
  let failure: string | undefined;
  let saidAt: EpochMs | undefined;
  let evaluations = 0;
  let failures = 0;

  const said = (at: EpochMs): void => {
    saidAt = at;
    evaluations = 0;
    failures = 0;
  };

  return {
    recorded(record, policy) {
      evaluations += 1;
      if (failure !== undefined) {
        failure = undefined;
        log.info('evaluations go on again', { cluster, failures });
      }
      const changed = record.groups.filter((group) => answers.get(nameOf(group)) !== answerOf(group));
      for (const group of changed) {
        answers.set(nameOf(group), answerOf(group));
        log.info(sentencesOf(record, group, policy)[0] ?? nameOf(group), fieldsOf(record, group));
      }
      if (changed.length > 0 || saidAt === undefined) {
        said(record.at);
      } else if (record.at - saidAt >= HOUR_MS) {
        log.info(summaryText(record, evaluations), {
          cluster,
          evaluations,
          failures,
          groups: record.groups.map((group) => ({ group: nameOf(group), ...partsOf(group) })),
          recordId: record.id,
        });
        said(record.at);
      } else {
        log.debug('unchanged', { cluster, durationMs: record.durationMs, recordId: record.id });
      }
    },
    failed(error, at) {
      failures += 1;
      const message = error instanceof Error ? error.message : String(error);
      if (message === failure && saidAt !== undefined && at - saidAt < HOUR_MS) return;
      failure = message;
      log.error('evaluation broke off', { cluster, failures, error });
      said(at);
    },
  };
}

function nameOf({ role, group }: GroupDecision): string {
  return `${role}/${group}`;
}

function answerOf({ action, current, desired, reasons }: GroupDecision): string {
  return [action, current, desired, ...reasons].join(' ');
}

function partsOf({ action, reasons, current, desired }: GroupDecision): LogFields {
  return { decision: action, reasons, current, desired };
}

function fieldsOf(record: DecisionRecord, group: GroupDecision): LogFields {
  return {
    cluster: record.cluster,
    group: nameOf(group),
    ...partsOf(group),
    durationMs: record.durationMs,
    recordId: record.id,
  };
}

function summaryText(record: DecisionRecord, evaluations: number): string {
  const groups = record.groups.map(
    (group) => `${nameOf(group)} ${String(group.current ?? '?')}: ${group.reasons.join(' ') || group.action}`,
  );
  return `${record.cluster}   unchanged for an hour, ${String(evaluations)} evaluations   ${groups.join('; ')}`;
}
