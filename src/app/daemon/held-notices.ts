import type { EpochMs } from '../../domain/instant.ts';
import type { Policy } from '../../domain/policy.ts';
import type { PolicyChange } from '../../domain/policy-change.ts';
import type { Notice } from '../../domain/ports/notifier.ts';
import { approveCommand } from '../present/policy-change/change-text.ts';

/** What people are told of a policy that waits for a yes: one notice for each cluster that it would change. */
export function heldNotices(
  { revision, previous, reasons, groups }: PolicyChange,
  policy: Policy,
  at: EpochMs,
): readonly Notice[] {
  const changed = groups.filter(({ beyond, mode }) => beyond.length > 0 && mode !== 'observe');
  const names = changed.length === 0 ? policy.clusters.map(({ name }) => name) : changed.map(({ cluster }) => cluster);
  return [...new Set(names)].map((cluster) => ({
    at,
    cluster,
    event: 'approval-needed',
    title: `the changed policy ${revision} waits for a yes; ${previous} stays in force`,
    lines: [
      ...reasons.filter((reason) => changed.length === 0 || reason.startsWith(`${cluster} `)),
      `yes     ${approveCommand(revision)}`,
      'no      put the file back as it was',
    ],
  }));
}
