import { sentencesOf } from '../decision/explain/sentences.ts';
import type { Operation } from '../domain/operation.ts';
import type { ClusterPolicy } from '../domain/policy.ts';
import type { Log } from '../domain/ports/log.ts';
import type { DecisionRecord } from '../domain/record.ts';

const HOUR_MS = 3_600_000;

/** One line per group whose answer changed; while nothing changes, a summary each hour. */
export function logEvaluation(log: Log): (record: DecisionRecord, policy: ClusterPolicy | undefined) => void {
  const last = new Map<string, { readonly answer: string; readonly at: number }>();
  return (record, policy) => {
    if (policy === undefined) return;
    for (const group of record.groups) {
      const name = `${group.role}/${group.group}`;
      const answer = [group.action, group.current, group.desired, ...group.reasons].join(' ');
      const before = last.get(name);
      const fields = {
        cluster: record.cluster,
        group: name,
        decision: group.action,
        reasons: group.reasons,
        current: group.current,
        desired: group.desired,
        durationMs: record.durationMs,
        recordId: record.id,
      };
      if (before?.answer === answer && record.at - before.at < HOUR_MS) {
        log.debug('unchanged', fields);
        continue;
      }
      last.set(name, { answer, at: record.at });
      log.info(sentencesOf(record, group, policy)[0] ?? name, fields);
    }
  };
}

/** One line for each step that began or ended, and one for the end. */
export function logOperation(log: Log): (operation: Operation) => void {
  const said = new Set<string>();
  return (operation) => {
    const fields = { cluster: operation.cluster, operation: operation.id, kind: operation.kind };
    for (const step of operation.steps) {
      const key = `${operation.id}/${step.key}/${step.state}`;
      if (said.has(key)) continue;
      said.add(key);
      log.info(`${operation.kind} ${step.key} ${step.state}: ${step.detail}`, {
        ...fields,
        step: step.key,
        state: step.state,
      });
    }
    if (operation.endedAt !== undefined) {
      const end = `${operation.kind} ${operation.state}: ${operation.reason}`;
      if (operation.state === 'succeeded') log.info(end, fields);
      else log.warn(end, fields);
      said.clear();
    }
  };
}
