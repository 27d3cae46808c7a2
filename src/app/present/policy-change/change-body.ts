import type { GroupDifference, PolicyChange } from '../../../domain/policy-change.ts';
import { instantText } from '../instants.ts';

/** `policyChange` of `status --json` and the API: stable. */
export function policyChangeBody(change: PolicyChange) {
  const { revision, previous, at, result, reasons, groups } = change;
  return { revision, previous, at: instantText(at), result, reasons, groups: groups.map(differenceBody) };
}

/** One group under the policy in force (`before`) and under the changed one (`after`). */
export function differenceBody({ cluster, group, mode, unknown, compared, beyond, notes }: GroupDifference) {
  return {
    cluster,
    group,
    mode,
    unknown: unknown ?? null,
    from: instantText(compared?.fromMs),
    until: instantText(compared?.untilMs),
    knownMinutes: compared?.knownMinutes ?? null,
    before: compared?.before ?? null,
    after: compared?.after ?? null,
    beyond,
    notes,
  };
}
