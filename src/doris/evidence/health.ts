import type { TabletHealth, UnstableColocateGroup } from '../../domain/evidence.ts';
import type { FrontendSession } from '../../domain/ports/frontend-channel.ts';
import { DorisBadAnswer } from '../errors.ts';
import { readConfigs } from '../read/configs.ts';
import { quoted } from '../parse/quoted.ts';
import { readRows } from '../parse/rows.ts';
import { parseBoolean, parseInteger } from '../parse/values.ts';
import { WALK_MS } from './databases.ts';

const TABLET_HEALTH = "SHOW PROC '/cluster_health/tablet_health'";
const COLOCATE = "SHOW PROC '/colocation_group'";
/**
 * A drain moves nothing without the first and no colocate group without the third; without the second a cancelled one moves
 * nothing back.
 */
const SWITCHES = ['disable_tablet_scheduler', 'disable_balance', 'disable_colocate_balance'];

/** What repair has to do; a leaving backend's tablets (relocating) and superfluous replicas are none of it. */
const UNHEALTHY = [
  'ReplicaMissingNum',
  'VersionIncompleteNum',
  'ReplicaMissingForTagNum',
  'ColocateMismatchNum',
  'NeedFurtherRepairNum',
  'UnrecoverableNum',
];

/** Walks every tablet under read locks of its table. */
export async function readTabletHealth(session: FrontendSession): Promise<TabletHealth> {
  const rows = readRows(TABLET_HEALTH, await session.execute(TABLET_HEALTH, { deadlineMs: WALK_MS }));
  const total = rows.find((row) => row.text('DbId') === 'Total');
  if (total === undefined) throw new DorisBadAnswer(`${TABLET_HEALTH}: column DbId has no Total`);
  return {
    total: total.value('TabletNum', parseInteger),
    unhealthy: UNHEALTHY.reduce((sum, column) => sum + total.value(column, parseInteger), 0),
    unrecoverable: total.value('UnrecoverableNum', parseInteger),
  };
}

/** Keys that are set so that a drain would stand still without a word. */
export async function readSchedulerOff(session: FrontendSession, deadlineMs: number): Promise<readonly string[]> {
  const values = await readConfigs(session, SWITCHES, deadlineMs);
  return SWITCHES.filter((key) => {
    const value = values[key];
    const off = value === undefined ? undefined : parseBoolean(value);
    if (off === undefined) throw new DorisBadAnswer(`FE config ${key} reads ${quoted(value)}, neither true nor false`);
    return off;
  });
}

/** A leaving backend makes its groups unstable; one that is unstable before has moves of its own. */
export async function readUnstableColocateGroups(
  session: FrontendSession,
  deadlineMs: number,
): Promise<readonly UnstableColocateGroup[]> {
  return readRows(COLOCATE, await session.execute(COLOCATE, { deadlineMs }))
    .filter((row) => !row.value('IsStable', parseBoolean))
    .map((row) => ({
      group: row.text('GroupName').replace(/^default_cluster:/, ''),
      error: row.optionalText('ErrorMsg') ?? '',
    }));
}
