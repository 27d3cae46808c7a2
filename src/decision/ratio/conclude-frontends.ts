import type { ChainLink, GroupDecision } from '../../domain/decision.ts';
import type { GroupMemory } from '../../domain/memory.ts';
import type { GroupKey } from '../../domain/node.ts';
import { conclude } from '../conclude.ts';
import type { Change } from '../guards/change.ts';
import { judge } from '../guards/judge.ts';
import type { Choice } from '../victims/choose.ts';
import type { World } from '../world.ts';

/** A wanted number of frontends of one role, before the guards. */
export interface WantedFrontends {
  readonly key: GroupKey;
  readonly current: number;
  /** What would be wanted in the end. */
  readonly wanted: number;
  /** What is wanted now. */
  readonly target: number;
  readonly toFloor: boolean;
  readonly memory: GroupMemory;
  readonly provisioner: string | undefined;
  /** Who would leave: asked only where one has to. */
  readonly choose: () => Choice;
  readonly chain: readonly ChainLink[];
  readonly bindingReason: string;
}

export function concludeFrontends(world: World, frontends: WantedFrontends): GroupDecision {
  const { key, current, wanted, target, choose, toFloor, memory, provisioner, chain, bindingReason } = frontends;
  const direction = target > current ? 'out' : target < current ? 'in' : undefined;
  const choice = direction === 'in' ? choose() : undefined;
  const change: Change = {
    key,
    direction,
    current,
    target,
    toFloor: direction === 'out' && toFloor,
    memory,
    provisioner,
    victims: choice?.victims ?? [],
    choice,
    backend: undefined,
  };
  return conclude(world, {
    key,
    current,
    raw: wanted,
    recommended: target,
    needUnknown: false,
    change,
    verdicts: judge(change, world),
    chain,
    bindingReason,
  });
}

export function link(stage: string, from: number, to: number, code: ChainLink['code'], detail: string): ChainLink {
  return { stage, from, to, code, detail };
}
