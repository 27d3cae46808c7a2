import { meanCapacity } from '../../decision/demand/capacity.ts';
import { meanCoreWeight } from '../../decision/demand/core-weight.ts';
import { slotDemand } from '../../decision/demand/slot-demand.ts';
import { groupName } from '../../decision/explain/sentences.ts';
import { isDue, judgeChange, judgedBy } from '../../decision/regret/judge.ts';
import type { CountStep } from '../../decision/regret/judge.ts';
import { regretMargin, regretRest } from '../../decision/regret/margin.ts';
import { formatDuration, formatLocal } from '../../decision/windows/local-time.ts';
import { stayingBackends } from '../../decision/world.ts';
import type { LoadHistory } from '../../domain/demand.ts';
import type { EpochMs } from '../../domain/instant.ts';
import type { GroupPolicy } from '../../domain/group-policy.ts';
import type { Memory } from '../../domain/memory.ts';
import type { GroupKey } from '../../domain/node.ts';
import type { Observation } from '../../domain/observation.ts';
import type { Operation } from '../../domain/operation.ts';
import type { ClusterPolicy } from '../../domain/policy.ts';
import type { ClusterMemory, Member } from '../../domain/ports/cluster-memory.ts';
import { REGRET_KINDS } from '../../domain/regret.ts';
import type { GroupRegrets, Judgement, RegretKind, SizeChange } from '../../domain/regret.ts';
import type { ClusterPorts } from '../ports.ts';
import { regretsPardonedAt } from './facts.ts';

/** Judgements are kept a little longer than the journal is looked back at, so that none is made twice. */
const KEPT_MS = 90 * 86_400_000;

const NONE: Readonly<Record<RegretKind, number>> = { reverted: 0, 'above-target': 0, 'never-used': 0 };

/** What was judged of a group, with the daemon up or down. */
export async function recallRegrets(
  memory: Pick<ClusterMemory, 'fact'>,
  cluster: string,
  key: GroupKey,
): Promise<GroupRegrets> {
  const [text, pardonedAt] = await Promise.all([
    memory.fact(cluster, nameOf(key)),
    regretsPardonedAt(memory, cluster, key),
  ]);
  const { role, group } = key;
  const stored = text === undefined ? undefined : storedIn(JSON.parse(text));
  return { role, group, judged: stored?.judged ?? [], totals: stored?.totals ?? NONE, pardonedAt };
}

/**
 * Judges the changes of every group whose time has come, each once: the judgement and its count are one write, so that a crash
 * neither loses nor doubles a regret. Returns what was judged now.
 */
export async function judgeChanges(
  ports: ClusterPorts,
  policy: ClusterPolicy,
  seen: {
    readonly observation: Observation;
    readonly demand: readonly LoadHistory[];
    readonly memory: Pick<Memory, 'groups'>;
    readonly operations: readonly Operation[];
    readonly members: readonly Member[];
    readonly at: EpochMs;
  },
): Promise<readonly (GroupKey & Judgement)[]> {
  const all: (GroupKey & Judgement)[] = [];
  for (const group of policy.backends) {
    const key = { role: 'backend' as const, group: group.group };
    const due = changesOf(seen.operations, group.group).filter((change) => isDue(change, seen.at));
    if (due.length === 0) continue;
    const { regrets, referenceCores } =
      seen.memory.groups.find((each) => each.role === 'backend' && each.group === group.group) ?? {};
    const before = regrets ?? { ...key, judged: [], totals: NONE, pardonedAt: undefined };
    const fresh = due
      .filter((change) => before.judged.every(({ id }) => id !== change.id))
      .map((change) => judgementOf(change, group, referenceCores, seen))
      .filter((judgement) => judgement !== undefined);
    if (fresh.length === 0) continue;
    const after = withJudged(before, fresh, seen.at);
    const { judged, totals } = after;
    await ports.memory.setFact(policy.name, nameOf(key), JSON.stringify({ judged, totals }));
    tell(ports, policy, { before, after }, fresh, seen.at);
    all.push(...fresh.map((judgement) => ({ ...key, ...judgement })));
  }
  return all;
}

function judgementOf(
  change: SizeChange,
  group: GroupPolicy,
  referenceCores: number | undefined,
  { observation, demand, members, at }: Parameters<typeof judgeChanges>[2],
): Judgement | undefined {
  if (!observation.topology.known) return undefined;
  const backends = stayingBackends(observation.topology.value, group.group);
  const history = demand.find((each) => each.role === 'backend' && each.group === group.group);
  const node = { capacityBytes: meanCapacity(backends), coreWeight: meanCoreWeight(backends, referenceCores) };
  const span = judgedBy(change);
  return judgeChange(change, {
    counts: countsOf(members, group.group, change.endedAt),
    demand: slotDemand(history, group, node, { startMs: span.startMs, endMs: Math.min(at, span.endMs) }),
    quantile: group.forecast.quantile,
    holdMs: group.minHoldMs,
    at,
  });
}

/**
 * Ours that came to their end. One that ended otherwise is told of as failed, not as wrong. What waited for a yes was decided once
 * more when it began.
 */
function changesOf(operations: readonly Operation[], group: string): readonly SizeChange[] {
  return operations.flatMap(({ id, role, group: of, state, createdAt, startedAt, endedAt, from, to }) =>
    role === 'backend' && of === group && state === 'succeeded' && endedAt !== undefined
      ? [{ id, begunAt: startedAt ?? createdAt, endedAt, from, to }]
      : [],
  );
}

/** Registered backends of a group from an instant on, as they were seen to come and go. */
function countsOf(members: readonly Member[], group: string, from: EpochMs): readonly CountStep[] {
  const stays = members
    .filter(({ role }) => role === 'backend')
    .flatMap((each) => [{ group: each.group, from: each.firstSeenAt, until: each.goneAt }, ...(each.earlier ?? [])]);
  const moves = stays
    .filter((stay) => stay.group === group)
    .flatMap((stay) => [{ at: stay.from, by: 1 }, ...(stay.until === undefined ? [] : [{ at: stay.until, by: -1 }])])
    .toSorted((a, b) => a.at - b.at);
  let nodes = moves.filter(({ at }) => at <= from).reduce((sum, { by }) => sum + by, 0);
  const steps: { at: EpochMs; nodes: number }[] = [{ at: from, nodes }];
  for (const { at, by } of moves) {
    if (at <= from) continue;
    nodes += by;
    const last = steps.at(-1);
    if (last?.at === at) last.nodes = nodes;
    else steps.push({ at, nodes });
  }
  return steps;
}

function withJudged(before: GroupRegrets, fresh: readonly Judgement[], at: EpochMs): GroupRegrets {
  const totals = { ...before.totals };
  for (const { regrets } of fresh) for (const kind of regrets) totals[kind] += 1;
  const judged = [...before.judged, ...fresh].filter(({ endedAt }) => endedAt > at - KEPT_MS);
  return { ...before, judged, totals };
}

function tell(
  ports: ClusterPorts,
  policy: ClusterPolicy,
  { before, after }: { readonly before: GroupRegrets; readonly after: GroupRegrets },
  fresh: readonly Judgement[],
  at: EpochMs,
): void {
  const cluster = policy.name;
  const name = groupName(after);
  const zone = policy.windows.timezone;
  const margin = regretMargin(after, at);
  const widens = margin !== undefined && margin.text !== regretMargin(before, at)?.text;
  for (const { id, from, to, endedAt, regrets: kinds, detail } of fresh) {
    if (kinds.length === 0) continue;
    const change = `${name} ${String(from)} -> ${String(to)}`;
    ports.log.warn('a change is regretted', { cluster, group: after.group, operationId: id, kinds, detail });
    ports.notifier.notify({
      at,
      cluster,
      event: 'change-regretted',
      title: `${change} of ${formatLocal(endedAt, zone, at)} is regretted: ${kinds.join(', ')}`,
      lines: [`${detail}.`, ...(widens && to < from ? [`${margin.text} from now on.`] : [])],
    });
  }
  const rest = regretRest(after, at);
  if (rest === undefined || rest.until === regretRest(before, at)?.until) return;
  ports.log.error('scale-in rests: it was regretted too often', { cluster, group: after.group, until: rest.until });
  ports.notifier.notify({
    at,
    cluster,
    event: 'scale-in-rests',
    title: `scale-in of ${name} rests until ${formatLocal(rest.until, zone, at)} (${formatDuration(rest.until - at)})`,
    lines: [`${rest.text}.`, 'Raise min, lower the target or raise forecast.headroom, then: doris-autoscaler resume'],
  });
}

function nameOf({ role, group }: GroupKey): string {
  return `${role}/${group}/regrets`;
}

function storedIn(value: unknown): Pick<GroupRegrets, 'judged' | 'totals'> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { judged, totals } = value as { readonly judged?: unknown; readonly totals?: unknown };
  if (!Array.isArray(judged) || typeof totals !== 'object' || totals === null) return undefined;
  const counted = totals as Readonly<Record<string, unknown>>;
  const count = (kind: RegretKind): number => (typeof counted[kind] === 'number' ? counted[kind] : 0);
  return {
    judged: judged as readonly Judgement[],
    totals: Object.fromEntries(REGRET_KINDS.map((kind) => [kind, count(kind)])) as Record<RegretKind, number>,
  };
}
