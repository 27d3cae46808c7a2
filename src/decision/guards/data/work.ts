import type { ClusterEvidence, OpenTransaction, TabletWalk } from '../../../domain/evidence.ts';
import { countOf, namesText } from '../../explain/text.ts';
import { formatDuration } from '../../windows/local-time.ts';
import { type Finding, type RemovalQuestion, holds, passes, unread } from './check.ts';

/** Tablets of a table in a schema change do not move. */
export function noJobs(_question: RemovalQuestion, { jobs }: ClusterEvidence): Finding {
  if (!jobs.known) return unread('running jobs', jobs);
  return jobs.value.length > 0 ? holds(namesText(jobs.value, 2)) : passes('no schema change or rollup is running');
}

/** Nor do those of one in a backup or a restore. */
export function noBackups(_question: RemovalQuestion, { backups }: TabletWalk): Finding {
  if (!backups.known) return unread('running backups', backups);
  return backups.value.length > 0 ? holds(namesText(backups.value, 2)) : passes('no backup or restore is running');
}

/** The old replica of a tablet goes only when every load that began before has ended. Younger ones end by themselves. */
export function noOldTransactions(_question: RemovalQuestion, { transactions }: ClusterEvidence): Finding {
  if (!transactions.known) return unread('running transactions', transactions);
  const { running, old } = transactions.value;
  const oldest = old[0];
  if (oldest === undefined) return passes(`${countOf(running, 'load')} running, none older than 30 min`);
  const text = `${countOf(old.length, 'transaction')} older than 30 min: ${namesText(old.map(nameOf))}`;
  return holds(`${text}; the oldest has run for ${formatDuration(oldest.ageMs)}`);
}

function nameOf({ database, id }: OpenTransaction): string {
  return `${id} (${database})`;
}
