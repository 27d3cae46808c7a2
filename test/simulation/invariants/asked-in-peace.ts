import type { Operation } from '../../../src/domain/operation.ts';
import type { Invariant } from '../soak/invariant.ts';
import { timeText } from './look.ts';

const WITHIN_MS = 3 * 3_600_000;
const MOST = 4;

/** Instants are the model's: what the daemon's own clock is set to makes no question another one. */
export const askedInPeace: Invariant = {
  name: 'asked-in-peace',
  says: 'people are not asked for the same change over and over',
  start(world) {
    const seen = new Set(world.operations().map(({ id }) => id));
    const asked = new Map<string, readonly number[]>();
    return {
      see(event) {
        // What people do themselves, and a new policy, may well make a question come back.
        if (event.is === 'policy' || (event.is === 'statement' && event.by === 'hand')) asked.clear();
        if (event.is !== 'operation' || seen.has(event.operation.id)) return undefined;
        const { operation } = event;
        seen.add(operation.id);
        if (operation.state !== 'proposed') return undefined;
        const question = questionOf(operation);
        const times = [...(asked.get(question) ?? []).filter((atMs) => atMs > event.atMs - WITHIN_MS), event.atMs];
        asked.set(question, times);
        if (times.length <= MOST) return undefined;
        return `${question} was asked for ${String(times.length)} times since ${timeText(times[0] ?? 0)}`;
      },
      end: () => undefined,
    };
  },
};

function questionOf({ kind, group, from, to }: Operation): string {
  return `${kind} of ${group} ${String(from)} -> ${String(to)}`;
}
