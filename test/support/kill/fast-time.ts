import { flushCompileCache } from 'node:module';
import type { Clock } from '../../../src/domain/ports/clock.ts';
import type { Ticker } from '../../../src/domain/ports/ticker.ts';
import { clockTicker } from '../../../src/time/clock-ticker.ts';
import type { TickerEvents } from '../../../src/time/cron-ticker.ts';
import { pausableClock } from '../pausable-clock.ts';
import { BEGINS, type FastTime } from './fast-time-shape.ts';

const clock = pausableClock(JSON.parse(process.env['FAST_TIME'] ?? '{}') as FastTime);
let begun = false;

function begin(): void {
  if (begun) return;
  begun = true;
  // At the end, where Node.js writes it by itself, a killed process never comes.
  flushCompileCache();
  clock.resume();
  process.stderr.write(`${BEGINS}\n`);
}

/** Stands in for the machine's time of the daemon; it begins when it is first asked. */
export function systemClock(): Clock {
  return {
    now() {
      begin();
      return clock.now();
    },
    monotonicMs() {
      begin();
      return clock.monotonicMs();
    },
    sleep(ms, signal) {
      begin();
      return clock.sleep(ms, signal);
    },
  };
}

/** Stands in for node-cron, which knows only real seconds. */
export function cronTicker(events?: TickerEvents): Ticker {
  return clockTicker(clock, events);
}
