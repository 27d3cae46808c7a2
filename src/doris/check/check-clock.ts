import type { Finding } from '../../domain/finding.ts';
import type { MasterSession } from '../master/master.ts';
import type { EpochMs } from '../../domain/instant.ts';

/** Offsets of time zones are multiples of it, so a printed time without zone still shows a skew below that. */
const QUARTER_MS = 15 * 60_000;
/** One heartbeat (10 s) and its answer, and then some. */
const TOLERANCE_MS = 30_000;

/** Our clock against the newest heartbeat that the master printed. Windows are ours: a skew only shifts them. */
export function checkClock(master: MasterSession, now: EpochMs): readonly Finding[] {
  const printed = master.list.rows.flatMap((row) => (row.frontend.alive ? (row.lastHeartbeat ?? []) : [])).toSorted();
  const heartbeatMs = readPrinted(printed.at(-1));
  if (heartbeatMs === undefined) return [];
  const ageMs = (((now - heartbeatMs) % QUARTER_MS) + QUARTER_MS) % QUARTER_MS;
  const skewMs = ageMs > QUARTER_MS / 2 ? ageMs - QUARTER_MS : ageMs;
  if (Math.abs(skewMs) <= TOLERANCE_MS)
    return [{ level: 'ok', subject: 'clock', message: 'agrees with the master', mend: undefined }];
  const seconds = String(Math.round(Math.abs(skewMs) / 1000));
  return [
    {
      level: 'warn',
      subject: 'clock',
      message: `is about ${seconds} s ${skewMs > 0 ? 'ahead of' : 'behind'} the master's: windows open that much ${skewMs > 0 ? 'early' : 'late'}`,
      mend: 'timedatectl set-ntp true',
    },
  ];
}

function readPrinted(text: string | undefined): EpochMs | undefined {
  if (text === undefined || !/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text)) return undefined;
  try {
    return Temporal.Instant.from(`${text.replace(' ', 'T')}Z`).epochMilliseconds;
  } catch {
    return undefined;
  }
}
