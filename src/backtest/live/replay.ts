import { decide } from '../../decision/decide.ts';
import { provisioningMs } from '../../decision/sizing/lead-time.ts';
import { noMemory } from '../../decision/world.ts';
import { SLOT_MS } from '../../domain/demand.ts';
import type { LoadHistory, LoadSlot } from '../../domain/demand.ts';
import type { GroupDecision } from '../../domain/decision.ts';
import type { SignalPolicy } from '../../domain/group-policy.ts';
import type { EpochMs } from '../../domain/instant.ts';
import type { GroupMemory, Memory } from '../../domain/memory.ts';
import type { ClusterPolicy } from '../../domain/policy.ts';
import type { Judgement } from '../../domain/regret.ts';
import { MINUTE_MS, slotsOf } from '../trace/trace.ts';
import type { Trace } from '../trace/trace.ts';
import { nodeWorld } from '../world/node-world.ts';
import type { Figures, Stretch } from '../world/node-world.ts';
import type { NeededNodes } from '../world/needed.ts';
import type { Feed } from './feeds.ts';
import { decisionInstants } from './instants.ts';
import { judgedChanges } from './judged.ts';
import { stageOf } from './stage.ts';

/** A change that the policy would have made. */
export interface Change {
  readonly at: EpochMs;
  readonly group: string;
  readonly from: number;
  readonly to: number;
  readonly reason: string;
}

/** What was thought to be needed, decision by decision. */
export interface Need {
  readonly at: EpochMs;
  /** Undefined = unknown. */
  readonly nodes: number | undefined;
}

export interface Replayed {
  readonly figures: Figures;
  readonly changes: readonly Change[];
  readonly needs: readonly Need[];
  readonly stretches: readonly Stretch[];
  readonly decisions: number;
  /** What became of the changes, as far as it can be said by the end. */
  readonly judged: readonly Judgement[];
}

export interface ReplayRequest {
  /** Of one group, as it is replayed. */
  readonly policy: ClusterPolicy;
  readonly trace: Trace;
  readonly feeds: readonly Feed[];
  readonly needed: NeededNodes;
  /** The first minute that is judged. */
  readonly first: number;
  readonly start: number;
  readonly delayMinutes: number;
}

/** The live decision over a load that was: the same function as the daemon's, slot by slot, in a world of nodes alone. */
export function replay(request: ReplayRequest): Replayed {
  const { policy, trace, feeds, needed, first, start, delayMinutes } = request;
  const [group] = policy.backends;
  if (group === undefined) throw new Error('a policy of one group is replayed');
  const stretches: Stretch[] = [];
  const world = nodeWorld({ needed, first, start, delayMinutes, onStretch: (stretch) => stretches.push(stretch) });
  const known = feeds.map((feed) => growing(slotsOf(trace, feed.column, feed.signal.name)));
  const signals: Record<string, readonly LoadSlot[]> = {};
  feeds.forEach(({ signal }, index) => {
    if (signal.purpose.kind === 'size') signals[signal.name] = known[index]?.slots ?? [];
  });
  const history: LoadHistory = { role: 'backend', group: group.group, signals };
  const judged = judgedChanges(group, history);
  const limitOf = (signal: SignalPolicy): number | undefined => {
    const index = feeds.findIndex((feed) => feed.signal === signal);
    return index === -1 ? undefined : known[index]?.newest();
  };
  const stage = stageOf(policy, Math.max(start, group.max));
  const memoryAt = memoryOf(group.group);
  const calmMs = Math.max(group.stabilize.inMs, group.stabilize.outMs);
  const needs: Need[] = [];
  const changes: Change[] = [];
  let recent: readonly { readonly at: EpochMs; readonly nodes: number }[] = [];
  let lastOutEndedAt: EpochMs | undefined;
  let lastInEndedAt: EpochMs | undefined;
  let decisions = 0;

  const range = { startMs: trace.startMs + first * MINUTE_MS, endMs: trace.startMs + trace.minutes * MINUTE_MS };
  for (const at of decisionInstants(policy, range)) {
    const closed = Math.floor(at / SLOT_MS) * SLOT_MS;
    for (const one of known) one.growTo(closed);
    world.passTo((at - trace.startMs) / MINUTE_MS);
    const { groups } = decide({
      policy,
      at,
      observation: stage.observe(at, world.total(), limitOf),
      demand: [history],
      changeOnly: true,
      memory: memoryAt({
        recentNeeds: recent,
        // While nodes are on their way, their time has just begun to count.
        lastOutEndedAt: lastOutEndedAt === undefined ? undefined : Math.min(lastOutEndedAt, at),
        lastInEndedAt,
        regrets: judged.by(at),
      }),
    });
    decisions += 1;
    const decided = groups[0];
    needs.push({ at, nodes: decided?.raw });
    recent = recent.filter((need) => need.at > at - calmMs);
    if (decided?.raw !== undefined) recent = [...recent, { at, nodes: decided.raw }];
    const change = changeOf(decided, at);
    // One operation at a time: what is wanted while nodes are on their way is decided anew once they serve.
    if (change === undefined || at < (lastOutEndedAt ?? -Infinity)) continue;
    changes.push(change);
    world.change(change.to);
    const isOut = change.to > change.from;
    const endedAt = isOut ? at + delayMinutes * MINUTE_MS : at;
    if (isOut) lastOutEndedAt = endedAt;
    else lastInEndedAt = endedAt;
    judged.made({ id: String(changes.length), begunAt: at, endedAt, from: change.from, to: change.to });
  }
  world.passTo(trace.minutes);
  judged.by(range.endMs);
  return { figures: world.figures(), changes, needs, stretches, decisions, judged: judged.all() };
}

/** From an order to its service, in whole minutes. */
export function delayMinutesOf({ backends: [group] }: ClusterPolicy): number {
  if (group === undefined) return 0;
  return Math.ceil(provisioningMs(group, noMemory({ role: 'backend', group: group.group })) / MINUTE_MS);
}

function changeOf(decided: GroupDecision | undefined, at: EpochMs): Change | undefined {
  if (decided?.current === undefined || decided.desired === undefined || decided.desired === decided.current)
    return undefined;
  const { group, current, desired, bindingReason } = decided;
  return { at, group, from: current, to: desired, reason: bindingReason };
}

/** The slots of a signal so far: an array that only ever grows at its end, so that what was learnt of it stays true. */
function growing(all: readonly LoadSlot[]) {
  const slots: LoadSlot[] = [];
  return {
    slots: slots as readonly LoadSlot[],
    newest: (): number | undefined => slots.at(-1)?.load,
    growTo(closedUntil: EpochMs): void {
      for (let slot = all[slots.length]; slot !== undefined && slot.slotStartMs < closedUntil; slot = all[slots.length])
        slots.push(slot);
    },
  };
}

/** Nothing but what the replay itself did is remembered. */
function memoryOf(
  group: string,
): (known: Pick<GroupMemory, 'recentNeeds' | 'lastOutEndedAt' | 'lastInEndedAt' | 'regrets'>) => Memory {
  const nothing = noMemory({ role: 'backend', group });
  const memory: Memory = {
    openOperation: undefined,
    proposal: undefined,
    rejections: [],
    groups: [nothing],
    pauses: [],
    clusterId: undefined,
    migrationRateBytesPerSecond: undefined,
    restarts: [],
    ownObservers: [],
    ownDrains: [],
    foreignChanges: [],
  };
  return (known) => ({ ...memory, groups: [{ ...nothing, ...known }] });
}
