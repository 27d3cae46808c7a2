import type { Backend } from '../../domain/topology.ts';
import type { Context } from '../steps/step.ts';
import { countText, percentText } from '../text.ts';

const TABLES_NAMED = 3;

export interface Diagnosis {
  /** Why nothing moves, with names where the FE gives them. */
  readonly cause: string;
  /** What a person can do. */
  readonly mend: string;
}

/** Why it stands still, and which tables are left on it. */
export function diagnose(context: Context, row: Backend): Diagnosis {
  const why = causeOf(context, row);
  const { tables } = context.facts;
  if (!tables.known || tables.value.length === 0) return why;
  const named = tables.value.slice(0, TABLES_NAMED).join(', ');
  const more = tables.value.length - TABLES_NAMED;
  return {
    ...why,
    cause: `${why.cause}; left on it: ${named}${more > 0 ? ` and ${countText(more)} more tables` : ''}`,
  };
}

/** The FE's own scheduler switches and texts, from the surest sign to the vaguest. */
function causeOf(context: Context, row: Backend): Diagnosis {
  const { configs, migration, topology } = context.facts;
  const off = ['disable_tablet_scheduler', 'disable_colocate_balance'].find(
    (key) => configs.known && configs.value[key] === 'true',
  );
  if (off !== undefined) {
    return { cause: `${off} is true on the master`, mend: `ADMIN SET FRONTEND CONFIG ("${off}" = "false");` };
  }
  const dead = topology.known ? topology.value.backends.filter((backend) => !backend.alive) : [];
  if (dead.length > 0) {
    return {
      cause: `${dead.map((backend) => backend.address).join(', ')} is not alive`,
      mend: 'bring it back',
    };
  }
  const errors = migration.known ? migration.value.recentErrors : [];
  for (const error of errors) {
    const known = byText.find(({ sign }) => error.includes(sign));
    if (known !== undefined) return { cause: `${known.cause} (${shortened(error)})`, mend: known.mend };
  }
  const first = errors[0];
  if (first !== undefined)
    return { cause: `moves fail: ${shortened(first)}`, mend: 'look into be.WARNING of the backends that it names' };
  const full = topology.known
    ? topology.value.backends.filter((backend) => backend.address !== row.address && backend.maxDiskUsedRatio >= 0.85)
    : [];
  if (full.length > 0) {
    const names = full.map((backend) => `${backend.address} ${percentText(backend.maxDiskUsedRatio)}`).join(', ');
    return { cause: `disks of the others are above the watermark: ${names}`, mend: 'free space on those disks' };
  }
  const { residual } = context.facts;
  if (residual.known && residual.value > 0) {
    return {
      cause: `${countText(residual.value)} of its ${countText(row.tablets)} tablets belong to the recycle bin, or to nothing`,
      mend: 'SHOW CATALOG RECYCLE BIN; they go by themselves after catalog_trash_expire_second',
    };
  }
  if (!migration.known) {
    return { cause: `the FE's queues could not be read: ${migration.reason}`, mend: "SHOW PROC '/cluster_balance';" };
  }
  const { pending, running } = migration.value;
  return {
    cause: `the FE has ${countText(pending)} moves waiting and ${countText(running)} running and tells no reason`,
    mend: 'SHOW CATALOG RECYCLE BIN; and fe.log for "replicas to decommission"',
  };
}

const byText: readonly { readonly sign: string; readonly cause: string; readonly mend: string }[] = [
  {
    sign: 'unable to find dest path which can be fit in',
    cause: 'tablets find no disk with room',
    mend: 'free space on the disks of the other backends',
  },
  {
    sign: 'unable to find dest path',
    cause: 'tablets find no target',
    mend: 'compare the replicas of the table with the backends of its tag, and look at their disks',
  },
  {
    sign: 'no proper tag',
    cause: 'tablets find no backend of their tag',
    mend: 'SHOW BACKENDS; and the tag of the table',
  },
  { sign: 'wait txn', cause: 'a running load holds the last replicas', mend: "SHOW PROC '/transactions';" },
  { sign: 'alter process', cause: 'a table is in a schema change', mend: 'SHOW ALTER TABLE COLUMN; it ends by itself' },
  { sign: 'state is not NORMAL', cause: 'a table is in a restore or an alter', mend: 'wait for that job or cancel it' },
  { sign: 'PRECOMMITTED', cause: 'a load waits between its two commits', mend: 'commit or abort that load' },
  {
    sign: 'path hash is not set',
    cause: 'a backend has not reported its disks',
    mend: 'look at the backend that it names',
  },
  {
    sign: 'unrecoverable',
    cause: 'a tablet has lost its replicas',
    mend: "SHOW PROC '/cluster_health/tablet_health';",
  },
  {
    sign: 'timeout',
    cause: 'moves take longer than they may',
    mend: 'raise max_clone_task_timeout_sec for large tablets',
  },
];

function shortened(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, 199)}…`;
}
