import type { CloneSpeed, Watermarks } from '../../domain/evidence.ts';
import type { FrontendSession } from '../../domain/ports/frontend-channel.ts';
import { DorisBadAnswer } from '../errors.ts';
import { quoted } from '../parse/quoted.ts';
import { readRows } from '../parse/rows.ts';
import { parseInteger } from '../parse/values.ts';
import { readConfig } from '../read/configs.ts';

const SLOTS = "SHOW PROC '/cluster_balance/working_slots'";

/** How full the FE lets disks become. Same keys in 2.0 to 4.x. */
export async function readWatermarks(session: FrontendSession, deadlineMs: number): Promise<Watermarks> {
  const number = (key: string): Promise<number> => readNumber(session, key, deadlineMs);
  return {
    highRatio: (await number('storage_high_watermark_usage_percent')) / 100,
    highLeftBytes: await number('storage_min_left_capacity_bytes'),
    floodRatio: (await number('storage_flood_stage_usage_percent')) / 100,
    floodLeftBytes: await number('storage_flood_stage_left_capacity_bytes'),
  };
}

/** How long a copy may take, and how fast they were. */
export async function readCloneSpeed(session: FrontendSession, deadlineMs: number): Promise<CloneSpeed> {
  const timeoutMs = 1000 * (await readNumber(session, 'max_clone_task_timeout_sec', deadlineMs));
  // A disk that has copied nothing yet shows 0.
  const rates = readRows(SLOTS, await session.execute(SLOTS, { deadlineMs }))
    .map((row) => row.value('AvgRate', parseRate))
    .filter((rate) => rate > 0);
  return { timeoutMs, slowestBytesPerSecond: rates.length === 0 ? undefined : Math.min(...rates) };
}

/** Rejects where the version has no such key: no bound is no permission. */
export async function readNumber(session: FrontendSession, key: string, deadlineMs: number): Promise<number> {
  const text = await readConfig(session, key, deadlineMs);
  const value = text === undefined ? undefined : parseInteger(text);
  if (value === undefined) throw new DorisBadAnswer(`FE config ${key} reads ${quoted(text)}, which is no whole number`);
  return value;
}

/** As Java prints a double: `5.0027808136213005E7`, `0.0`. */
function parseRate(text: string): number | undefined {
  return /^\d{1,20}(\.\d{1,20})?(E-?\d{1,3})?$/.test(text) ? Number(text) : undefined;
}
