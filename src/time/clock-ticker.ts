import { cronTimes } from '../decision/windows/cron.ts';
import type { CronTimes } from '../decision/windows/cron.ts';
import type { EpochMs } from '../domain/instant.ts';
import type { Clock } from '../domain/ports/clock.ts';
import type { Ticker } from '../domain/ports/ticker.ts';
import type { TickerEvents } from './cron-ticker.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/**
 * A scaled clock passes many seconds between two timers of the process. Those of the last minute are handed over
 * together, or a cluster that is due in one of them would be left out at random; older ones are missed.
 */
const TOGETHER_MS = 60_000;

interface DailyJob {
  readonly name: string;
  readonly times: CronTimes;
  readonly job: () => Promise<void>;
  running: Promise<void> | undefined;
}

/** The seconds of an injected clock, scaled or discrete. */
export function clockTicker(clock: Clock, { onMissed, onFailed }: TickerEvents = {}): Ticker {
  const stopping = new AbortController();
  const jobs: DailyJob[] = [];
  let loop: Promise<void> | undefined;

  const run = async (handle: (second: EpochMs) => void): Promise<void> => {
    let next = wholeSecond(clock.now()) + SECOND_MS;
    while (!stopping.signal.aborted) {
      const slept = await clock.sleep(next - clock.now(), stopping.signal).then(
        () => true,
        () => false,
      );
      if (!slept) return;
      const last = wholeSecond(clock.now());
      // A wall clock set back: the seconds count from there.
      if (last < next - SECOND_MS) next = last;
      for (; next <= last; next += SECOND_MS) {
        if (last - next >= TOGETHER_MS) onMissed?.(next);
        else handle(next);
        startJobs(next);
      }
    }
  };

  const startJobs = (second: EpochMs): void => {
    if (second % MINUTE_MS !== 0) return;
    const day = Math.floor(second / DAY_MS);
    const minute = (second - day * DAY_MS) / MINUTE_MS;
    for (const job of jobs) {
      if (job.running !== undefined || !job.times.onDay(day) || !job.times.minutes.includes(minute)) continue;
      job.running = job
        .job()
        .catch((error: unknown) => onFailed?.(job.name, error))
        .finally(() => {
          job.running = undefined;
        });
    }
  };

  return {
    start(handle) {
      loop = run(handle);
    },
    daily(name, cron, job) {
      const times = cronTimes(cron);
      if (times === undefined) throw new RangeError(`${JSON.stringify(cron)} is no cron that fires`);
      jobs.push({ name, times, job, running: undefined });
    },
    async stop() {
      stopping.abort(new Error('stopping'));
      await loop;
      await Promise.allSettled(jobs.map(async (job) => job.running));
    },
  };
}

function wholeSecond(at: EpochMs): EpochMs {
  return Math.floor(at / SECOND_MS) * SECOND_MS;
}
