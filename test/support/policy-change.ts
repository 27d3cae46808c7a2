import type { GroupDifference } from '../../src/domain/policy-change.ts';

/** A group that a changed policy would make worse by more than is taken without asking. */
export function worse(parts: Partial<GroupDifference> = {}): GroupDifference {
  return {
    cluster: 'analytics',
    group: 'default',
    mode: 'act',
    unknown: undefined,
    compared: undefined,
    beyond: ['twice the node-hours'],
    notes: [],
    ...parts,
  };
}
