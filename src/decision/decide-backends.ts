import type { GuardCode } from '../domain/codes.ts';
import type { ChainLink, GroupDecision, GuardVerdict, Victim } from '../domain/decision.ts';
import type { RemovalEvidence } from '../domain/evidence.ts';
import type { GroupPolicy } from '../domain/group-policy.ts';
import type { Direction } from '../domain/memory.ts';
import type { NodeAddress } from '../domain/node.ts';
import type { Backend } from '../domain/topology.ts';
import { nodesIn, planLine } from './approval/plan.ts';
import { conclude, unknownGroup } from './conclude.ts';
import { forecastView } from './explain/forecast-view.ts';
import type { Change } from './guards/change.ts';
import { roomForGrowth } from './guards/hosts.ts';
import { judge, stopping, stops } from './guards/judge.ts';
import { mayNotShrink } from './guards/time/timing.ts';
import { sizeGroup } from './sizing/size-group.ts';
import type { Sized } from './sizing/size-group.ts';
import { chooseVictims } from './victims/choose.ts';
import type { Choice } from './victims/choose.ts';
import { memoryOf, stayingBackends } from './world.ts';
import type { World } from './world.ts';

/** What admission adds: the decision may only become equal or smaller, and evidence counts for its own victims alone. */
export interface Pinned {
  readonly decision: GroupDecision;
  readonly evidence: RemovalEvidence | undefined;
}

export interface DecidedGroup {
  readonly decision: GroupDecision;
  readonly sized: Sized | undefined;
  readonly change: Change | undefined;
}

/** One backend group: size, victims, guards. When only a smaller change passes, that one is taken. */
export function decideBackends(world: World, group: GroupPolicy, pinned?: Pinned): DecidedGroup {
  const key = { role: 'backend' as const, group: group.group };
  if (world.topology === undefined)
    return { decision: unknownGroup(key, world, group), sized: undefined, change: undefined };
  const members = stayingBackends(world.topology, group.group);
  const sized = asApproved(world, group, sizeGroup(world, group, members));
  const limited = pinned === undefined ? sized : pin(sized, pinned.decision);
  const isHeld = world.changeOnly === true && limited.target < limited.current && mayNotShrink(world, group);
  const tries = isHeld ? [limited.current] : attempts(limited, () => roomForGrowth(group.provisioner, world, true));
  let shown: Tried | undefined;
  let taken: Tried | undefined;
  for (const target of tries) {
    const tried = tryTarget(world, group, members, limited, target, pinned);
    // Held growth to a floor is shown as such: some guards hold it for a while only.
    if (shown === undefined || tried.change.toFloor) shown = tried;
    if (tried.holds.length === 0) {
      taken = tried;
      break;
    }
    if (!isWorthLess(tried)) break;
  }
  const tried = taken ?? shown ?? tryTarget(world, group, members, limited, limited.current, pinned);
  const chain = withSmaller(limited, tries[0] ?? limited.target, tried, taken !== undefined);
  return {
    sized: limited,
    change: tried.change,
    decision: conclude(world, {
      key,
      current: limited.current,
      raw: sized.required.nodes,
      recommended: limited.target,
      needUnknown: sized.required.nodes === undefined,
      change: tried.change,
      verdicts: tried.verdicts,
      chain,
      bindingReason: sized.bindingReason,
      forecast: world.changeOnly === true ? undefined : forecastView(world, group, sized),
    }),
  };
}

interface Tried {
  readonly change: Change;
  readonly verdicts: readonly GuardVerdict[];
  readonly holds: readonly GuardVerdict[];
}

function tryTarget(
  world: World,
  group: GroupPolicy,
  members: readonly Backend[],
  sized: Sized,
  target: number,
  pinned: Pinned | undefined,
): Tried {
  const { current } = sized;
  const direction: Direction | undefined = target > current ? 'out' : target < current ? 'in' : undefined;
  const memory = memoryOf(world, { role: 'backend', group: group.group });
  const count = current - target;
  const choose = (only: readonly NodeAddress[] | undefined): Choice =>
    chooseVictims(world, { members, memory, provisioner: group.provisioner, count, only });
  const choice = direction === 'in' ? chosen(choose, count, pinned ?? askedFor(world, group.group, count)) : undefined;
  const victims: readonly Victim[] = choice?.victims ?? [];
  const change: Change = {
    key: { role: 'backend', group: group.group },
    direction,
    current,
    target,
    toFloor: direction === 'out' && target <= sized.floor,
    memory,
    provisioner: group.provisioner,
    victims,
    choice,
    backend: {
      group,
      members,
      required: sized.required,
      witnessed: sized.witnessed,
      floorsAhead: sized.floorsAhead,
      evidence: direction === 'in' && sameNodes(victims, pinned) ? pinned?.evidence : undefined,
    },
  };
  // Nothing holds a group that stays as it is, and what stops smaller changes too is enough to know.
  const isOver = (verdict: GuardVerdict): boolean => stops(verdict, direction) && !mayPassSmaller(verdict, direction);
  const isAsked = world.changeOnly !== true || direction !== undefined;
  const ends = world.changeOnly === true ? isOver : undefined;
  const verdicts = isAsked ? withEvidence(judge(change, world, ends), change, pinned) : [];
  return { change, verdicts, holds: stopping(verdicts, direction) };
}

/** At admission none but those that were decided; before it those that people were asked about, while they will do. */
function chosen(
  choose: (only: readonly NodeAddress[] | undefined) => Choice,
  count: number,
  from: Pinned | readonly NodeAddress[] | undefined,
): Choice {
  if (from === undefined) return choose(undefined);
  if ('decision' in from) return choose(from.decision.victims.map((victim) => victim.node));
  const asked = choose(from);
  return asked.victims.length === count ? asked : choose(undefined);
}

/** A backend that has a little less to move by now makes no other plan, nor one for fewer of those that were asked about. */
function askedFor({ memory }: World, group: string, count: number): readonly NodeAddress[] | undefined {
  const asked = memory.proposal?.operation;
  const isThis = asked?.kind === 'remove-backend' && asked.group === group && asked.targets.length >= count;
  return isThis ? nodesIn(asked) : undefined;
}

/** More than people said yes to begins only once they are asked for the rest. */
function asApproved({ standing }: World, { group }: GroupPolicy, sized: Sized): Sized {
  const asked = standing?.ends === undefined ? standing?.proposal.operation : undefined;
  if (asked?.kind !== 'add-backend' || asked.group !== group || asked.approval.given === undefined) return sized;
  if (sized.target <= asked.to) return sized;
  const detail = `approved was ${planLine({ ...asked, nodes: [] })}`;
  const link: ChainLink = { stage: 'approval', from: sized.target, to: asked.to, code: undefined, detail };
  return { ...sized, target: asked.to, chain: [...sized.chain, link] };
}

/** Evidence of other victims proves nothing for these. */
function withEvidence(
  verdicts: readonly GuardVerdict[],
  change: Change,
  pinned: Pinned | undefined,
): readonly GuardVerdict[] {
  if (pinned?.evidence === undefined || change.direction !== 'in' || change.backend?.evidence !== undefined)
    return verdicts;
  return verdicts.map((each) =>
    each.code === 'replication-floor' && each.verdict === 'pass'
      ? { ...each, verdict: 'hold', detail: 'the evidence was read for other backends than these' }
      : each,
  );
}

/** Fewer of the proven victims are proven too. */
function sameNodes(victims: readonly Victim[], pinned: Pinned | undefined): boolean {
  const proven = pinned?.decision.victims.map((victim) => victim.node) ?? [];
  return victims.length > 0 && victims.every((victim) => proven.includes(victim.node));
}

/** The wanted change, then smaller ones that could pass where it does not. */
function attempts(sized: Sized, room: () => number): readonly number[] {
  const { current, target, floor } = sized;
  if (target === current) return [current];
  if (target < current) return Array.from({ length: current - target }, (_, index) => target + index);
  const most = Math.min(target, current + room());
  return floor > current && floor < most ? [most, floor] : [most];
}

/** Guards that a smaller change may satisfy. */
const BY_SIZE: readonly GuardCode[] = [
  'no-victim',
  'replication-floor',
  'disk-headroom',
  'tablets-unhealthy',
  'window-too-short',
  'min-hold',
];
/** Guards that do not bind growth to min or a floor. */
const NOT_FLOOR: readonly GuardCode[] = [
  'not-idle',
  'cooldown',
  'rolling-restart',
  'metrics-unknown',
  'metrics-stale',
  'metrics-recovering',
];

function isWorthLess({ change, holds }: Tried): boolean {
  return holds.every((each) => mayPassSmaller(each, change.direction));
}

function mayPassSmaller({ code }: GuardVerdict, direction: Direction | undefined): boolean {
  return (direction === 'in' ? BY_SIZE : NOT_FLOOR).includes(code);
}

/** What hosts and guards left of the wanted change, as links of the chain. */
function withSmaller(sized: Sized, most: number, shown: Tried, taken: boolean): readonly ChainLink[] {
  const { current, target: wanted } = sized;
  const { target } = shown.change;
  const links: ChainLink[] = [];
  const link = (stage: string, from: number, to: number, detail: string): void => {
    if (from !== to) links.push({ stage, from, to, code: undefined, detail });
  };
  link('hosts', wanted, most, 'no more hosts are free');
  const passed = `the guards let ${String(Math.abs(current - target))} of ${String(Math.abs(current - most))} pass`;
  link('smaller', most, target, taken ? passed : 'growth to min or a floor, which fewer guards bind');
  return [...sized.chain, ...links];
}

/** At admission the target may only come nearer to what is there. */
function pin(sized: Sized, before: GroupDecision): Sized {
  const { current } = sized;
  const wanted = before.desired ?? current;
  const target =
    before.action === 'scale-out'
      ? Math.max(current, Math.min(sized.target, wanted))
      : before.action === 'scale-in'
        ? Math.min(current, Math.max(sized.target, wanted, current - before.victims.length))
        : current;
  if (target === sized.target) return sized;
  const detail =
    before.action === 'hold'
      ? 'admission begins nothing that was not decided'
      : 'admission allows no more than was decided';
  return {
    ...sized,
    target,
    chain: [...sized.chain, { stage: 'admission', from: sized.target, to: target, code: undefined, detail }],
  };
}
