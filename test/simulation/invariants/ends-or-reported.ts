import type { Operation } from '../../../src/domain/operation.ts';
import type { World } from '../soak/events.ts';
import type { Invariant } from '../soak/invariant.ts';
import { isOpen, timeText } from './look.ts';

const HOUR = 3_600_000;
/** After its deadline an operation is undone, whose steps have deadlines of their own. */
const UNDO_MS = 12 * HOUR;

/** Whatever happens: the deadline passes, less the waits for windows, and then it is over, or someone has been told. */
export const endsOrReported: Invariant = {
  name: 'ends-or-reported',
  says: 'every operation ends by its deadline and the time to undo it, or is reported',
  start(world) {
    let reportedAtMs = -Infinity;
    let downMs = 0;
    let downSinceMs: number | undefined;
    let openId: string | undefined;
    let openedAtMs = 0;
    const late = (atMs: number): string | undefined => {
      const operation = world.openOperation();
      if (operation === undefined || operation.id !== openId || !isOpen(operation)) return undefined;
      const allowedMs = operation.deadlineMs + operation.waitedForWindowMs + downMs + jumpsMs(world) + UNDO_MS;
      if (atMs - openedAtMs <= allowedMs || reportedAtMs >= openedAtMs) return undefined;
      return `${described(operation)} is open since ${timeText(openedAtMs)}, ${hoursText(atMs - openedAtMs)} (${hoursText(allowedMs)} allowed), and nobody was told: ${operation.reason}`;
    };
    return {
      see(event) {
        if (event.is === 'process') {
          if (event.state === 'started') {
            downMs += downSinceMs === undefined ? 0 : event.atMs - downSinceMs;
            downSinceMs = undefined;
          } else downSinceMs ??= event.atMs;
        }
        if (event.is === 'notice' && /stalled|stuck|failed/.test(event.notice.event)) reportedAtMs = event.atMs;
        if (event.is === 'operation' && event.operation.id !== openId && isOpen(event.operation)) {
          openId = event.operation.id;
          openedAtMs = event.atMs;
          downMs = 0;
        }
        return event.is === 'tick' && world.running() ? late(event.atMs) : undefined;
      },
      end: () => (world.running() ? late(world.nowMs()) : undefined),
    };
  },
};

/** The wall clock counts, and it jumps. */
function jumpsMs({ scenario }: World): number {
  return scenario.faults.reduce((sum, fault) => (fault.kind === 'clock' ? sum + Math.abs(fault.byMs) : sum), 0);
}

function described({ kind, id, state }: Operation): string {
  return `${kind} ${id} (${state})`;
}

function hoursText(ms: number): string {
  return `${(ms / HOUR).toFixed(1)} h`;
}
