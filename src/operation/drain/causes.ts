import type { OnStall } from '../../domain/policy.ts';
import type { StallCause } from '../../domain/stall.ts';

/** One row of what the guide prints of a cause. */
export interface CauseRow {
  /** Why nothing moves, in a few words. */
  readonly title: string;
  /** How it is told, and what of it no statement shows. */
  readonly sign: string;
  /** What a person does. */
  readonly mend: string;
  /** Where a person looks. */
  readonly look: string;
  /** Whether waiting helps, and until when. */
  readonly waiting: string;
  /** What `operations.onStall` may do; with another one it is waited. */
  readonly onStall: readonly OnStall[];
}

const ALL: readonly OnStall[] = ['wait', 'throttle', 'cancel', 'ask'];
/** Slower would change nothing. */
const NOT_SLOWER: readonly OnStall[] = ['wait', 'cancel', 'ask'];
/** It ends by itself, at a time that is known: to go back would only move the data twice. */
const ENDS: readonly OnStall[] = ['wait', 'ask'];

/** Why a drain stands still, in the order in which it is looked for. */
export const CAUSES: Readonly<Record<StallCause, CauseRow>> = {
  'scheduler-off': {
    title: 'a switch of the tablet scheduler is off',
    sign: 'disable_tablet_scheduler (or disable_colocate_balance, which keeps colocated tables) is true on the master; nothing else shows it',
    mend: 'switch it on again; the autoscaler never flips a switch of people',
    look: "ADMIN SHOW FRONTEND CONFIG LIKE 'disable_tablet_scheduler';",
    waiting: 'no: until somebody switches it on',
    onStall: NOT_SLOWER,
  },
  'dead-backend': {
    title: 'a backend is not alive',
    sign: 'Alive is false in SHOW BACKENDS, of the leaving one or of another of its group',
    mend: 'bring it back; a dead backend is never removed by the autoscaler',
    look: 'SHOW BACKENDS;',
    waiting: 'until it is alive',
    onStall: NOT_SLOWER,
  },
  'auto-drop-off': {
    title: 'the FE is not allowed to drop it',
    sign: 'it is empty and let go, and drop_backend_after_decommission still reads false on the master',
    mend: 'let the account set it (ADMIN_PRIV), or set it by hand',
    look: "ADMIN SHOW FRONTEND CONFIG LIKE 'drop_backend_after_decommission';",
    waiting: 'it is set again every 10 s, and taken out in the next window otherwise',
    onStall: NOT_SLOWER,
  },
  wal: {
    title: 'group-commit logs on it are not finished',
    sign: 'it is empty and let go, and its row stays; from 2.1 on. No statement shows WALs: only fe.log does ("unfinished WALs")',
    mend: 'stop group-commit writers, and look at what their loads wait for',
    look: 'grep "unfinished WALs" fe.log',
    waiting: 'until the loads are finished; again in the next window',
    onStall: NOT_SLOWER,
  },
  'task-stuck': {
    title: 'a clone runs for longer than it may and is never reported as ended',
    sign: 'a row of running_tablets is older than its Timeout by more than 5 min',
    mend: 'restart the backend that it is cloned to; the FE then tries another one',
    look: "SHOW PROC '/cluster_balance/running_tablets';",
    waiting: 'no',
    onStall: ALL,
  },
  'large-tablet': {
    title: 'a tablet is too large for the time that a clone may take',
    sign: 'a clone that was timed out, or runs again after it failed with the longest time-out',
    mend: 'raise max_clone_task_timeout_sec on the master (size divided by the speed of a clone), until the drain is over; where its time-out is shorter than that, it was copied slower than 1 MiB/s: raise min_clone_task_timeout_sec',
    look: "SHOW PROC '/cluster_balance/running_tablets';",
    waiting: 'no: each try begins at nothing',
    onStall: ALL,
  },
  transaction: {
    title: 'old replicas wait for loads that began before',
    sign: 'SchedCode WAITING_DECOMMISSION or "wait txn" in pending_tablets, PRECOMMITTED in history_tablets',
    mend: 'finish or abort the old load; the autoscaler kills no load',
    look: "SHOW PROC '/transactions';",
    waiting: 'until that load ends',
    onStall: NOT_SLOWER,
  },
  'alter-running': {
    title: 'a table is in a schema change, a rollup or a restore',
    sign: '"alter process" or "state is not NORMAL" in history_tablets',
    mend: 'let the job end, or cancel it',
    look: "SHOW PROC '/jobs/-1';",
    waiting: 'until that job ends',
    onStall: NOT_SLOWER,
  },
  'compute-nodes': {
    title: 'backends that hold no data were counted',
    sign: 'a table left on it wants more replicas than storage backends stay, and no more than with those of NodeRole computation',
    mend: 'add a storage backend, or lower the replicas of the table',
    look: 'SHOW BACKENDS;',
    waiting: 'no',
    onStall: NOT_SLOWER,
  },
  'internal-schema': {
    title: 'tables of __internal_schema want more replicas than backends stay',
    sign: 'tables of __internal_schema that are left on it, and no others, want more replicas than hosts with storage backends of the tag stay; the FE raised them to 3',
    mend: 'keep 3 storage backends (`min: 3`), or lower replication_num of those tables first',
    look: 'SHOW PARTITIONS FROM __internal_schema.column_statistics;',
    waiting: 'no',
    onStall: NOT_SLOWER,
  },
  'no-tag': {
    title: 'no backend has the tag that the table wants',
    sign: '"no proper tag" in history_tablets, or a table left on it wants replicas on a tag without a storage backend',
    mend: 'give a backend that tag, or change the replica allocation of the table',
    look: 'SHOW BACKENDS;',
    waiting: 'no',
    onStall: NOT_SLOWER,
  },
  'no-medium': {
    title: 'no other backend has a disk of the medium',
    sign: 'a table left on it lies on a medium (SSD, HDD) of which no other backend of the group has a disk online; 2.0 does not tell media. The FE takes other disks then: any sure sign of another cause comes first',
    mend: 'change the storage medium of the table, or keep a backend with such disks',
    look: 'SHOW PARTITIONS FROM the table;',
    waiting: 'no',
    onStall: NOT_SLOWER,
  },
  'disk-full': {
    title: 'the disks of the others are full',
    sign: '"unable to find dest path" in history_tablets, and a backend of the group has every disk of a medium above 90 %',
    mend: 'free space on those disks',
    look: 'SHOW BACKENDS;',
    waiting: 'no',
    onStall: NOT_SLOWER,
  },
  'no-place': {
    title: 'tablets find no backend to go to',
    sign: '"unable to find dest path" in history_tablets, or a table left on it wants more replicas than hosts with storage backends of its tag stay',
    mend: 'add a backend, or lower the replicas of the table',
    look: "SHOW PROC '/cluster_balance/history_tablets';",
    waiting: 'no',
    onStall: NOT_SLOWER,
  },
  'queue-full': {
    title: 'the queue of the scheduler is full of other repairs',
    sign: 'cluster_balance counts as many pending tablets as max_scheduling_tablets allows, most of those listed with high priority',
    mend: 'mend or drop what cannot be repaired, or raise max_scheduling_tablets on the master',
    look: "SHOW PROC '/cluster_health/tablet_health';",
    waiting: 'may help if those repairs end',
    onStall: NOT_SLOWER,
  },
  'clone-failed': {
    title: 'clones fail',
    sign: 'any other text of CANCELLED rows in history_tablets',
    mend: 'look into be.WARNING of the backends that the rows name',
    look: "SHOW PROC '/cluster_balance/history_tablets';",
    waiting: 'may help: each tablet is tried again every 20 s',
    onStall: ALL,
  },
  colocate: {
    title: 'a colocate group does not become stable',
    sign: 'IsStable is false in colocation_group while nothing moves; "unable to delete any redundant replicas" makes it sure',
    mend: 'lighten the loads into that group, or cancel; colocate joins shuffle meanwhile',
    look: "SHOW PROC '/colocation_group';",
    waiting: 'may help once loads are calm',
    onStall: ALL,
  },
  unrecoverable: {
    title: 'tablets have lost their replicas',
    sign: '"unrecoverable" or "unable to find source replica" in the queues',
    mend: 'find the lost replicas first; never recover with an empty tablet to end a drain',
    look: "SHOW PROC '/cluster_health/tablet_health';",
    waiting: 'no',
    onStall: NOT_SLOWER,
  },
  'load-race': {
    title: 'clones are overtaken by loads and made again: replicas multiply',
    sign: 'the same tablets cloned three times and more in history_tablets, the tablets of the group more by a fifth, or -235 and -238 in the errors; other load errors no statement of the FE shows',
    mend: 'calm the loads into the table, or drain it while loads are idle',
    look: "SHOW PROC '/cluster_balance/history_tablets';",
    waiting: 'may help once loads are calm',
    onStall: ALL,
  },
  'scheduler-starved': {
    title: 'the scheduler of the FE hardly comes round',
    sign: 'nothing runs, and the newest time in the queues is more than 5 min behind the heartbeats, or nothing was ever queued',
    mend: 'relieve the master FE (load, heap, tablets); balance_load_score_threshold 0.03 has helped',
    look: "SHOW PROC '/cluster_balance/pending_tablets';",
    waiting: 'may help: it is the FE that is slow',
    onStall: ALL,
  },
  'recycle-bin': {
    title: 'what is left belongs to dropped tables',
    sign: 'TabletNum is more than the replicas of all tables on it, and the recycle bin is not empty; the FE itself waits for it only above decommission_tablet_check_threshold',
    mend: 'wait, or DROP CATALOG RECYCLE BIN for what nobody will recover',
    look: 'SHOW CATALOG RECYCLE BIN;',
    waiting: 'until catalog_trash_expire_second after the last drop',
    onStall: ENDS,
  },
  leaky: {
    title: 'what is left belongs to no table at all',
    sign: 'TabletNum is more than the replicas of all tables on it, and the recycle bin is empty',
    mend: 'where the FE has no decommission_skip_leaky_tablet_second (before 4.0), a restart of the master FE rebuilds its index',
    look: 'grep "maybe leaky tablets" fe.log',
    waiting: 'until 5 h after the FE first saw them, then in the next window; before 4.0 no',
    onStall: ENDS,
  },
  'reports-differ': {
    title: 'the FE counts tablets that the backend does not report',
    sign: 'DataUsedCapacity is 0 while TabletNum is not; only TabletNum decides',
    mend: 'look whether the backend reports its tablets (be.INFO, "report tablets")',
    look: 'SHOW BACKENDS;',
    waiting: 'may help: backends report every minute',
    onStall: NOT_SLOWER,
  },
  unknown: {
    title: 'the FE tells no reason',
    sign: 'none of the others',
    mend: 'look into fe.log of the master for "replicas to decommission"',
    look: "SHOW PROC '/cluster_balance';",
    waiting: 'may help',
    onStall: ALL,
  },
};
