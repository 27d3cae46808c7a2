import { schedule } from 'node-cron';
import type { ScheduledTask } from 'node-cron';
import type { EpochMs } from '../domain/instant.ts';
import type { Ticker } from '../domain/ports/ticker.ts';

const EVERY_SECOND = '* * * * * *';
const SECOND_MS = 1_000;

export interface TickerEvents {
  /** A second that passed without a call: the process was held up, or the handler was still running. */
  readonly onMissed?: (second: EpochMs) => void;
  /** A daily job rejected; it runs again at its next time. */
  readonly onFailed?: (name: string, error: unknown) => void;
}

/** Reports come by TickerEvents; node-cron would write to the console. */
const SILENT = { info: ignore, warn: ignore, error: ignore, debug: ignore };

/** The machine's seconds through node-cron: one task a second, and one for each daily job. */
export function cronTicker({ onMissed, onFailed }: TickerEvents = {}): Ticker {
  const tasks: ScheduledTask[] = [];
  const running = new Set<Promise<void>>();

  return {
    start(handle) {
      const task = schedule(
        EVERY_SECOND,
        ({ date }) => {
          handle(wholeSecond(date.getTime()));
        },
        { name: 'second', timezone: 'UTC', noOverlap: true, logger: SILENT },
      );
      task.on('execution:missed', ({ date }) => onMissed?.(wholeSecond(date.getTime())));
      tasks.push(task);
    },
    daily(name, cron, job) {
      const task = schedule(
        cron,
        async () => {
          const done = job().catch((error: unknown) => onFailed?.(name, error));
          running.add(done);
          await done;
          running.delete(done);
        },
        { name, timezone: 'UTC', noOverlap: true, logger: SILENT },
      );
      tasks.push(task);
    },
    async stop() {
      await Promise.all(tasks.splice(0).map(async (task) => task.destroy()));
      await Promise.allSettled(running);
    },
  };
}

function wholeSecond(at: EpochMs): EpochMs {
  return Math.floor(at / SECOND_MS) * SECOND_MS;
}

function ignore(): void {
  // Said by TickerEvents.
}
