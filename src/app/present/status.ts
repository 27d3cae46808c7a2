import type { ClusterStatus } from '../../domain/status.ts';
import { decisionBody } from './decision.ts';
import { operationBody } from './operation.ts';
import { instantText } from './instants.ts';

/** One cluster of `status --json`: stable. */
export function statusBody(status: ClusterStatus) {
  const { open, nextChange } = status.windows;
  return {
    name: status.name,
    mode: status.mode,
    forcedObserve: status.forcedObserve ?? null,
    leader: status.leader,
    nodes: status.nodes,
    windows: {
      open:
        open === undefined
          ? null
          : {
              names: open.names,
              start: instantText(open.startMs),
              end: instantText(open.endMs),
              usableUntil: instantText(open.usableUntilMs),
            },
      nextChange: instantText(nextChange),
    },
    operation: status.operation === undefined ? null : operationBody(status.operation),
    lastDecision: status.lastDecision === undefined ? null : summary(decisionBody(status.lastDecision)),
    pauses: status.pauses.map((pause) => ({
      ...pause,
      since: instantText(pause.since),
      until: instantText(pause.until),
      replaced: pause.replaced && { ...pause.replaced, until: instantText(pause.replaced.until) },
    })),
    notes: status.notes,
  };
}

/** The record without what was observed: that is what `explain` is for. */
function summary({ id, at, policyRevision, groups }: ReturnType<typeof decisionBody>) {
  return {
    id,
    at,
    policyRevision,
    groups: groups.map(({ group, role, current, desired, recommended, action, reasons, wouldChangeIf }) => ({
      group,
      role,
      current,
      recommended,
      desired,
      action,
      reasons,
      wouldChangeIf,
    })),
  };
}
