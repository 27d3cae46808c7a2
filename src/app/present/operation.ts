import type { Operation } from '../../domain/operation.ts';
import { instantText } from './instants.ts';

/** One operation of `operations --json`: stable. */
export function operationBody(operation: Operation) {
  const { progress } = operation;
  return {
    id: operation.id,
    cluster: operation.cluster,
    kind: operation.kind,
    role: operation.role,
    group: operation.group,
    state: operation.state,
    from: operation.from,
    to: operation.to,
    targets: operation.targets.map((target) => target.node ?? null),
    because: operation.because,
    recordId: operation.recordId,
    createdAt: instantText(operation.createdAt),
    startedAt: instantText(operation.startedAt),
    endedAt: instantText(operation.endedAt),
    steps: operation.steps.map(({ key, state, startedAt, endedAt, detail, attempts }) => ({
      key,
      state,
      attempts,
      startedAt: instantText(startedAt),
      endedAt: instantText(endedAt),
      detail,
    })),
    progress:
      progress === undefined
        ? null
        : {
            ratio: progress.ratio,
            tabletsRemaining: progress.tabletsRemaining ?? null,
            bytesRemaining: progress.bytesRemaining ?? null,
            estimatedEndAt: instantText(progress.estimatedEndAt),
            endsBetween:
              progress.endsBetween === undefined
                ? null
                : {
                    earliestAt: instantText(progress.endsBetween.earliestAt),
                    latestAt: instantText(progress.endsBetween.latestAt),
                  },
            text: progress.text,
          },
    reason: operation.reason,
    approval: approvalBody(operation),
    cancelRequested:
      operation.cancelRequested === undefined
        ? null
        : { ...operation.cancelRequested, at: instantText(operation.cancelRequested.at) },
  };
}

function approvalBody({ approval }: Operation) {
  if (approval === undefined) return null;
  const { planHash, expiresAt, given } = approval;
  return {
    planHash,
    expiresAt: instantText(expiresAt),
    given: given === undefined ? null : { ...given, at: instantText(given.at) },
  };
}
