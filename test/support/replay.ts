import { decide } from '../../src/decision/decide.ts';
import { SLOT_MS } from '../../src/domain/demand.ts';
import type { LoadSlot } from '../../src/domain/demand.ts';
import type { GroupPolicy } from '../../src/domain/group-policy.ts';
import type { WindowsPolicy } from '../../src/domain/window.ts';
import type { Backend } from '../../src/domain/topology.ts';
import { windowAt } from '../../src/decision/windows/effective.ts';
import {
  backend,
  clusterPolicy,
  groupMemory,
  groupPolicy,
  hosts,
  memory,
  MINUTE,
  observation,
  QUERIES,
  topology,
  windowsPolicy,
} from './decision-input.ts';

export interface Replay {
  /** Load in nodes at the target, one number per minute from `startMs` on. */
  readonly load: Float64Array;
  readonly startMs: number;
  /** What lies before is history, neither paid nor judged. */
  readonly judgedFromMs: number;
  readonly windows?: Partial<WindowsPolicy>;
  readonly group?: Partial<GroupPolicy>;
  /** From order to service. */
  readonly delayMs?: number;
  /** What a node carries at 100 %, in units of its load at the target. */
  readonly fullPerNode: number;
}

export interface Replayed {
  readonly nodeHours: number;
  readonly saturatedMinutes: number;
  readonly aboveTargetMinutes: number;
  readonly changes: readonly { readonly at: number; readonly from: number; readonly to: number }[];
}

/** Plays the live decision over a load, slot by slot inside windows, in a world of serving and ordered nodes only. */
export function replayLoad(replay: Replay): Replayed {
  const group = groupPolicy({
    min: 3,
    max: 40,
    step: { out: 40, in: 40 },
    cooldown: { outMs: 0, inMs: 0 },
    minHoldMs: 0,
    leadTimeMs: replay.delayMs ?? 10 * MINUTE,
    signals: [{ ...QUERIES, purpose: { kind: 'size', form: 'per-node', perNode: 1 } }],
    ...replay.group,
  });
  const policy = clusterPolicy({
    windows: windowsPolicy({ guardMs: 0, ...replay.windows }),
    backends: [group],
  });
  const world = {
    delayMs: replay.delayMs ?? 10 * MINUTE,
    total: 0,
    serving: 0,
    arriving: [] as { at: number; nodes: number }[],
  };
  const slots: LoadSlot[] = [];
  const changes: { at: number; from: number; to: number }[] = [];
  const needs: { at: number; nodes: number }[] = [];
  const ended: { out: number | undefined; in: number | undefined } = { out: undefined, in: undefined };
  let paid = 0;
  let saturated = 0;
  let above = 0;
  const first = Math.round((replay.judgedFromMs - replay.startMs) / MINUTE);
  const start = replay.load.subarray(0, first).reduce((most, each) => Math.max(most, each), 0);
  world.total = Math.min(group.max, Math.max(group.min, Math.ceil(start - 1e-9)));
  world.serving = world.total;
  for (let minute = 0; minute < replay.load.length; minute += 1) {
    const at = replay.startMs + minute * MINUTE;
    const load = replay.load[minute] ?? Number.NaN;
    const slotStartMs = Math.floor(at / SLOT_MS) * SLOT_MS;
    if (at === slotStartMs && at >= replay.judgedFromMs && windowAt(policy.windows, at) !== undefined) {
      const to = wanted(at);
      if (to !== world.total) changes.push({ at, from: world.total, to });
      if (to > world.total) {
        world.arriving.push({ at: at + world.delayMs, nodes: to - world.total });
        ended.out = at + world.delayMs;
      } else if (to < world.total) {
        const ordered = world.arriving.reduce((sum, each) => sum + each.nodes, 0);
        world.arriving = [];
        world.serving = Math.min(world.serving + ordered, to);
        ended.in = at;
      }
      world.total = to;
    }
    const last = slots.at(-1);
    if (last?.slotStartMs === slotStartMs) slots[slots.length - 1] = { ...last, load: Math.max(last.load, load) };
    else slots.push({ signal: 'queries', slotStartMs, load, samples: 1, nodes: 0, migrating: false });
    if (at < replay.judgedFromMs) continue;
    world.serving += world.arriving.filter((each) => each.at <= at).reduce((sum, each) => sum + each.nodes, 0);
    world.arriving = world.arriving.filter((each) => each.at > at);
    paid += world.total;
    if (load > world.serving * replay.fullPerNode * (1 + 1e-9)) saturated += 1;
    if (load > world.serving * (1 + 1e-9)) above += 1;
  }
  return { nodeHours: paid / 60, saturatedMinutes: saturated, aboveTargetMinutes: above, changes };

  function wanted(at: number): number {
    const members = nodes.slice(0, world.total);
    const decision = decide({
      policy,
      at,
      observation: observation(members, policy, {
        at,
        topology: { known: true, value: topology(members, { at }) },
        hosts: hosts(nodes, 0),
      }),
      // A new history for each slot; slots of the future are not in it.
      demand: [{ role: 'backend', group: group.group, signals: { queries: slots } }],
      memory: memory({
        groups: [groupMemory({ lastOutEndedAt: ended.out, lastInEndedAt: ended.in, recentNeeds: needs.slice(-20) })],
      }),
    });
    const decided = decision.groups[0];
    if (decided?.raw !== undefined) needs.push({ at, nodes: decided.raw });
    return decided?.desired ?? world.total;
  }
}

const nodes: readonly Backend[] = Array.from({ length: 60 }, (_, index) =>
  backend(index, { dataUsedBytes: 0, tablets: 0, availableBytes: 100 * 1024 ** 3 }),
);

/** One number per minute from rows that each hold until the next. */
export function perMinute(rows: readonly { readonly at: number; readonly load: number }[]): Float64Array {
  const [head, second] = rows;
  if (head === undefined || second === undefined) return new Float64Array();
  const stepMs = second.at - head.at;
  const minutes = new Float64Array((rows.length * stepMs) / MINUTE);
  for (let minute = 0; minute < minutes.length; minute += 1) {
    minutes[minute] = rows[Math.floor((minute * MINUTE) / stepMs)]?.load ?? Number.NaN;
  }
  return minutes;
}
