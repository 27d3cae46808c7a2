import type { CalendarEntry, GroupDecision } from '../../domain/decision.ts';
import { changedByHand, nextFollowers } from '../ratio/follower-count.ts';
import { PLANNED_MS } from '../sizing/schedule.ts';
import { effectiveWindows } from '../windows/effective.ts';
import { memoryOf } from '../world.ts';
import type { World } from '../world.ts';
import { runningOf } from './running.ts';

/** Followers come nearer to the policy's number by one pair a window. What is done now is a step, not an entry. */
export function followerEntries(world: World, groups: readonly GroupDecision[]): readonly CalendarEntry[] {
  const { frontend, windows } = world.policy;
  const decision = groups.find(({ role }) => role === 'follower');
  if (frontend === undefined || decision?.current === undefined || decision.desired === undefined) return [];
  if (decision.reasons.includes('ratio')) return [];
  if (changedByHand(memoryOf(world, decision), frontend, decision.current)) return [];
  const running = runningOf(world, decision, decision.current);
  const acts = running?.direction !== undefined;
  const resting = decision.guards.filter(({ code, verdict }) => verdict === 'hold' && RESTS.includes(code));
  const restMs = Math.max(running?.endsAt ?? 0, ...resting.map(({ until }) => until ?? 0));
  const entries: CalendarEntry[] = [];
  let nodes = running?.nodes ?? decision.desired;
  for (const window of effectiveWindows(windows, { startMs: world.at, endMs: world.at + PLANNED_MS })) {
    if (nodes === frontend.followers) break;
    const at = Math.max(window.usableFromMs, world.at, restMs);
    const isTaken = acts && window.startMs <= world.at;
    if (isTaken || at >= window.usableUntilMs) continue;
    const to = nextFollowers(nodes, frontend.followers);
    const reason = `followers: ${String(frontend.followers)} in the policy`;
    entries.push({ role: 'follower', group: decision.group, at, from: nodes, to, reason });
    nodes = to;
  }
  return entries;
}

/** Holds that end by themselves: after a change that came to nothing, and where a person said for how long. */
const RESTS: readonly string[] = ['backoff', 'no-host', 'paused'];
