import type { FrontendSession } from '../../domain/ports/frontend-channel.ts';
import { DorisBadAnswer } from '../errors.ts';
import { readConfigs } from '../read/configs.ts';
import { readRows } from '../parse/rows.ts';
import { parseBoolean, parseInteger } from '../parse/values.ts';
import { WALK_MS } from './databases.ts';

const TABLET_HEALTH = "SHOW PROC '/cluster_health/tablet_health'";
const COLOCATE = "SHOW PROC '/colocation_group'";
/** A drain moves nothing without the first, and no colocate group without the second. */
const SWITCHES = ['disable_tablet_scheduler', 'disable_colocate_balance'];

/** Walks every tablet under read locks of its table. */
export async function readTabletHealth(
  session: FrontendSession,
): Promise<{ readonly unrecoverable: number; readonly unhealthy: number }> {
  const rows = readRows(TABLET_HEALTH, await session.execute(TABLET_HEALTH, { deadlineMs: WALK_MS }));
  const total = rows.find((row) => row.text('DbId') === 'Total');
  if (total === undefined) throw new DorisBadAnswer(`${TABLET_HEALTH}: column DbId has no Total`);
  return {
    unrecoverable: total.value('UnrecoverableNum', parseInteger),
    unhealthy: total.value('TabletNum', parseInteger) - total.value('HealthyNum', parseInteger),
  };
}

/** Keys that are set so that a drain would stand still without a word. */
export async function readSchedulerOff(session: FrontendSession, deadlineMs: number): Promise<readonly string[]> {
  const values = await readConfigs(session, SWITCHES, deadlineMs);
  return SWITCHES.filter((key) => {
    const value = values[key];
    const off = value === undefined ? undefined : parseBoolean(value);
    if (off === undefined)
      throw new DorisBadAnswer(`FE config ${key} reads ${JSON.stringify(value ?? null)}, neither true nor false`);
    return off;
  });
}

/** A leaving backend makes its groups unstable; one that is unstable before has moves of its own. */
export async function readUnstableColocateGroups(
  session: FrontendSession,
  deadlineMs: number,
): Promise<readonly string[]> {
  return readRows(COLOCATE, await session.execute(COLOCATE, { deadlineMs }))
    .filter((row) => !row.value('IsStable', parseBoolean))
    .map((row) => row.text('GroupName').replace(/^default_cluster:/, ''));
}
