import type { DecisionRecord } from '../../domain/record.ts';
import { instantText, withInstants } from './instants.ts';
import { planBody } from './plan.ts';

/** The decision record as `explain --json` prints it: stable. */
export function decisionBody(record: DecisionRecord) {
  return {
    id: record.id,
    at: instantText(record.at),
    cluster: record.cluster,
    mode: record.mode,
    forcedObserve: record.forcedObserve ?? null,
    policyRevision: record.policyRevision,
    durationMs: record.durationMs,
    observation: withInstants(record.observation),
    ...pick(planBody(record)),
    guards: record.groups.flatMap((group) =>
      group.guards.map((guard) => ({
        role: group.role,
        group: group.group,
        ...guard,
        until: instantText(guard.until),
      })),
    ),
    judged: withInstants(record.judged ?? []),
    operationId: record.operationId ?? null,
  };
}

function pick({ groups, steps, calendar }: ReturnType<typeof planBody>) {
  return { groups, steps, calendar };
}
