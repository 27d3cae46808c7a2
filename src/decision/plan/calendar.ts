import type { CalendarEntry, GroupDecision } from '../../domain/decision.ts';
import type { GroupPolicy } from '../../domain/group-policy.ts';
import type { EpochMs } from '../../domain/instant.ts';
import type { DecidedGroup } from '../decide-backends.ts';
import { nodesText } from '../explain/text.ts';
import { deadBandNodes } from '../sizing/dead-band.ts';
import { provisioningMs } from '../sizing/lead-time.ts';
import { wholeNodes } from '../sizing/round.ts';
import { floorAt, floorsAhead, PLANNED_MS } from '../sizing/schedule.ts';
import type { Floor } from '../sizing/schedule.ts';
import type { Sized } from '../sizing/size-group.ts';
import { effectiveWindows } from '../windows/effective.ts';
import type { World } from '../world.ts';
import { memoryOf } from '../world.ts';
import { followerEntries } from './follower-calendar.ts';

/** What the coming windows of the next 14 days would do if the load stays as it is known now. */
export function planCalendar(
  world: World,
  backends: readonly DecidedGroup[],
  groups: readonly GroupDecision[],
): readonly CalendarEntry[] {
  const entries = backends.flatMap((decided, index) => {
    const group = world.policy.backends[index];
    const decision = groups.find((each) => each.role === 'backend' && each.group === decided.decision.group);
    if (group === undefined || decided.sized === undefined || decision === undefined) return [];
    return calendarOf(world, group, decided.sized, decision);
  });
  return [...entries, ...followerEntries(world, groups)].toSorted((a, b) => a.at - b.at);
}

interface State {
  nodes: number;
  lastOutAt: EpochMs | undefined;
  lastChangeAt: EpochMs | undefined;
}

function calendarOf(world: World, group: GroupPolicy, sized: Sized, decision: GroupDecision): readonly CalendarEntry[] {
  const memory = memoryOf(world, { role: 'backend', group: group.group });
  const state: State = {
    nodes: sized.current,
    lastOutAt: memory.lastOutEndedAt,
    lastChangeAt: later(memory.lastOutEndedAt, memory.lastInEndedAt),
  };
  // What is done now is a step, not an entry; what comes after it counts from its end.
  if (decision.action !== 'hold' && decision.desired !== undefined)
    settle(state, decision.desired, endOf(world, sized, decision));
  const restMs = Math.max(
    ...decision.guards.filter((guard) => guard.code === 'backoff').map((guard) => guard.until ?? 0),
    0,
  );
  const entries: CalendarEntry[] = [];
  const floors = floorsAhead(world, { group, nodes: 0, totalBytes: sized.totalBytes }, world.at);
  for (const window of effectiveWindows(world.policy.windows, { startMs: world.at, endMs: world.at + PLANNED_MS })) {
    const from = Math.max(window.usableFromMs, world.at, decision.action === 'hold' ? 0 : (state.lastChangeAt ?? 0));
    if (from >= window.usableUntilMs) continue;
    const before = state.nodes;
    const grown = grow(world, group, sized, state, from, window.usableUntilMs);
    if (grown !== undefined)
      entries.push({
        role: 'backend',
        group: group.group,
        at: grown.at,
        from: before,
        to: state.nodes,
        reason: grown.reason,
      });
    else {
      const shrunk = shrink(group, sized, state, { from, until: window.usableUntilMs, restMs, floors });
      if (shrunk !== undefined)
        entries.push({
          role: 'backend',
          group: group.group,
          at: shrunk,
          from: before,
          to: state.nodes,
          reason: needText(sized),
        });
    }
  }
  return entries;
}

function grow(
  world: World,
  group: GroupPolicy,
  sized: Sized,
  state: State,
  from: EpochMs,
  until: EpochMs,
): { readonly at: EpochMs; readonly reason: string } | undefined {
  const { nodes } = state;
  const floors = floorsAhead(world, { group, nodes, totalBytes: sized.totalBytes }, world.at);
  const floor = floorAt(floors, from);
  const need = sized.required.nodes === undefined ? nodes : wholeNodes(sized.required.nodes);
  const least = Math.max(group.min, floor?.nodes ?? 0);
  const wanted = Math.min(group.max, Math.max(least, need));
  if (wanted <= nodes) return undefined;
  const eachMs = provisioningMs(group, memoryOf(world, { role: 'backend', group: group.group }));
  const at = least > nodes ? from : Math.max(from, (state.lastOutAt ?? 0) + group.cooldown.outMs);
  if (at >= until) return undefined;
  const orders = Math.max(1, Math.floor((until - at) / Math.max(1, eachMs)));
  settle(state, Math.min(wanted, nodes + orders * group.step.out), at + eachMs);
  const reason = need >= least ? needText(sized) : floor === undefined ? `min is ${String(group.min)}` : floor.schedule;
  return { at, reason };
}

function shrink(
  group: GroupPolicy,
  sized: Sized,
  state: State,
  window: {
    readonly from: EpochMs;
    readonly until: EpochMs;
    readonly restMs: EpochMs;
    readonly floors: readonly Floor[];
  },
): EpochMs | undefined {
  const need = sized.required.nodes;
  if (need === undefined || !sized.required.coverage.enough) return undefined;
  const at = Math.max(
    window.from,
    window.restMs,
    (state.lastChangeAt ?? 0) + group.cooldown.inMs,
    (state.lastOutAt ?? 0) + group.minHoldMs,
  );
  if (at >= window.until) return undefined;
  const least = Math.max(group.min, floorAt(window.floors, at)?.nodes ?? 0);
  const wanted = Math.max(least, wholeNodes(need + deadBandNodes(group, sized.required, need)));
  if (wanted >= state.nodes) return undefined;
  const to = Math.max(wanted, state.nodes - group.step.in);
  const neededBack = window.floors.some((floor) => {
    const begin = floor.active ? floor.instance.startMs : (floor.start?.beginMs ?? floor.instance.startMs);
    return floor.nodes > to && floor.instance.endMs > at && begin < at + group.minHoldMs;
  });
  if (neededBack) return undefined;
  settle(state, to, at);
  return at;
}

function needText({ required }: Sized): string {
  return `${nodesText(required.nodes ?? 0)} needed (${required.basis})`;
}

function settle(state: State, nodes: number, endedAt: EpochMs): void {
  if (nodes > state.nodes) state.lastOutAt = later(state.lastOutAt, endedAt);
  state.lastChangeAt = later(state.lastChangeAt, endedAt);
  state.nodes = nodes;
}

function endOf(world: World, sized: Sized, decision: GroupDecision): EpochMs {
  const policy = world.policy.backends.find((group) => group.group === decision.group);
  const memory = memoryOf(world, decision);
  const takesMs =
    decision.action === 'scale-out'
      ? provisioningMs(policy, memory)
      : decision.victims
          .slice(0, sized.current - (decision.desired ?? sized.current))
          .reduce((sum, victim) => sum + (victim.estimatedMs ?? 0), 0);
  return world.at + takesMs;
}

function later(a: EpochMs | undefined, b: EpochMs | undefined): EpochMs | undefined {
  return a === undefined ? b : b === undefined ? a : Math.max(a, b);
}
