import { LIMIT_CODES } from '../domain/codes.ts';
import type { GuardCode, LimitCode, ReasonCode } from '../domain/codes.ts';
import type { ChainLink, GroupDecision, GroupForecast, GuardVerdict } from '../domain/decision.ts';
import type { GroupPolicy } from '../domain/group-policy.ts';
import type { GroupKey } from '../domain/node.ts';
import { wouldChangeIf } from './explain/would-change.ts';
import type { Change } from './guards/change.ts';
import { judge, stopping } from './guards/judge.ts';
import { orderMs, provisioningMs } from './sizing/lead-time.ts';
import { requiredUntilNextChance } from './sizing/required.ts';
import { memoryOf, seenAt } from './world.ts';
import type { World } from './world.ts';

export interface Conclusion {
  readonly key: GroupKey;
  readonly current: number;
  readonly raw: number | undefined;
  readonly recommended: number;
  /** Load is unknown: scale-in cannot be thought of, and what is missing is said. */
  readonly needUnknown: boolean;
  readonly change: Change;
  readonly verdicts: readonly GuardVerdict[];
  readonly chain: readonly ChainLink[];
  readonly bindingReason: string;
  readonly forecast?: GroupForecast | undefined;
}

/** What stands without the load being known. */
const OF_LOAD: readonly GuardCode[] = ['metrics-unknown', 'metrics-stale', 'metrics-recovering', 'history-short'];

/** The decision of one group: what is wanted, what stops it, and what would change the answer. */
export function conclude(world: World, conclusion: Conclusion): GroupDecision {
  const { key, current, change, verdicts, chain } = conclusion;
  const holds = stopping(verdicts, change.direction);
  const acts = change.direction !== undefined && holds.length === 0;
  const desired = acts ? change.target : current;
  const unknown =
    change.direction === undefined && conclusion.needUnknown
      ? verdicts.filter((each) => each.verdict === 'hold' && OF_LOAD.includes(each.code))
      : [];
  const held = holds.length > 0 ? holds : unknown;
  const limits = limitsOf(chain);
  const reasons: ReasonCode[] = [...held.map((each) => each.code), ...limits];
  if (reasons.length === 0 && change.direction === undefined) reasons.push('within-bounds');
  const guarded =
    holds.length === 0
      ? chain
      : [
          ...chain,
          {
            stage: 'guards',
            from: change.target,
            to: current,
            code: undefined,
            detail: holds.map((each) => each.code).join(', '),
          },
        ];
  return {
    ...key,
    current,
    raw: conclusion.raw,
    recommended: conclusion.recommended,
    desired,
    action: !acts ? 'hold' : change.direction === 'out' ? 'scale-out' : 'scale-in',
    reasons,
    chain: guarded,
    guards: verdicts,
    wouldChangeIf: world.changeOnly === true ? [] : wouldChangeIf(world, change, held, chain),
    victims: change.direction === 'in' ? change.victims : [],
    bindingReason: conclusion.bindingReason,
    toFloor: change.toFloor,
    ...(conclusion.forecast === undefined ? {} : { forecast: conclusion.forecast }),
  };
}

/** A group of a cluster that cannot be seen: nothing is known of it, nothing is done. */
export function unknownGroup(key: GroupKey, world: World, group?: GroupPolicy): GroupDecision {
  const history = world.demand.find((each) => each.role === key.role && each.group === key.group);
  const required =
    group === undefined
      ? undefined
      : requiredUntilNextChance({
          history,
          group,
          windows: world.policy.windows,
          capacityBytes: undefined,
          coreWeight: 1,
          leadMs: provisioningMs(group, memoryOf(world, key)),
          orderMs: orderMs(group, world.policy, memoryOf(world, key)),
          at: seenAt(world),
          chanceMs: world.at,
        });
  const change: Change = {
    key,
    direction: undefined,
    current: 0,
    target: 0,
    toFloor: false,
    memory: memoryOf(world, key),
    provisioner: group?.provisioner,
    victims: [],
    choice: undefined,
    backend:
      group === undefined || required === undefined
        ? undefined
        : { group, members: [], required, witnessed: false, floorsAhead: [], evidence: undefined },
  };
  const verdicts = judge(change, world);
  const held = verdicts.filter((each) => each.code === 'topology-unknown');
  return {
    ...key,
    current: undefined,
    raw: undefined,
    recommended: undefined,
    desired: undefined,
    action: 'hold',
    reasons: ['topology-unknown'],
    chain: [],
    guards: verdicts,
    wouldChangeIf: wouldChangeIf(world, change, held, []),
    victims: [],
    bindingReason: world.topologyProblem,
    toFloor: false,
  };
}

function limitsOf(chain: readonly ChainLink[]): readonly LimitCode[] {
  const bound = chain.filter(({ code }) => code !== undefined);
  return bound.length === 0 ? [] : LIMIT_CODES.filter((code) => bound.some((link) => link.code === code));
}
