import type { Clock } from '../../../src/domain/ports/clock.ts';
import type { Ticker } from '../../../src/domain/ports/ticker.ts';
import { clockTicker } from '../../../src/time/clock-ticker.ts';
import type { TickerEvents } from '../../../src/time/cron-ticker.ts';
import { scaledClock } from '../../../src/time/scaled-clock.ts';

/** Where the clock of the simulator stands: in the environment of the daemon as JSON. */
export interface FastTime {
  /** Business time at `realMs`. */
  readonly startAtMs: number;
  /** The machine's wall clock. */
  readonly realMs: number;
  readonly factor: number;
}

const time = JSON.parse(process.env['FAST_TIME'] ?? '{}') as FastTime;
const clock = scaledClock({
  startAtMs: time.startAtMs + (Date.now() - time.realMs) * time.factor,
  factor: time.factor,
});

/** Stands in for the machine's time of the daemon. */
export function systemClock(): Clock {
  return clock;
}

/** Stands in for node-cron, which knows only real seconds. */
export function cronTicker(events?: TickerEvents): Ticker {
  return clockTicker(clock, events);
}
