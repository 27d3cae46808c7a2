import { BOTH_GUARD_CODES, LIMIT_CODES } from '../domain/codes.ts';
import type { ReasonCode } from '../domain/codes.ts';
import type { Decision, GroupDecision } from '../domain/decision.ts';
import { ASKED_DESPITE, standingOf } from './approval/standing.ts';
import { decideBackends } from './decide-backends.ts';
import type { DecidedGroup, Pinned } from './decide-backends.ts';
import type { DecideInput, Standing } from './input.ts';
import { planCalendar } from './plan/calendar.ts';
import { planSteps } from './plan/steps.ts';
import { capGrowth, totalAfter, totalNow } from './ratio/cap-growth.ts';
import { decideFrontends } from './ratio/decide-frontends.ts';
import { shareHosts } from './share-hosts.ts';
import { worldOf } from './world.ts';
import type { World } from './world.ts';

/** What every group of a cluster should do now, why, and what comes after. Pure: the same input gives the same decision. */
export function decide(input: DecideInput): Decision {
  return decideFor({ ...input, standing: input.standing ?? standing(input) });
}

/** What would be done if only a yes, an open window and idleness were there: what people are asked for in mode approve. */
export function wanted(input: DecideInput): Decision {
  return decideFor({ ...input, standing: undefined, leftOut: ASKED_DESPITE });
}

/** What becomes of the change that waits for an answer; undefined when none does. */
export function standing(input: DecideInput): Standing | undefined {
  const { proposal } = input.memory;
  return proposal === undefined ? undefined : standingOf(proposal, input, wanted(input));
}

function decideFor(input: DecideInput): Decision {
  const world = worldOf(input);
  const backends = shareHosts(
    world,
    input.policy.backends.map((group) => decideBackends(world, group)),
  );
  const groups = withFrontends(
    world,
    backends.map(({ decision }) => decision),
  );
  return { at: input.at, groups, steps: planSteps(world, groups), calendar: planCalendar(world, backends, groups) };
}

/** The same for groups that may only do less than was decided. Serves admission. */
export function decideAgain(
  input: DecideInput,
  pinned: (group: GroupDecision) => Pinned | 'as-it-was',
  before: Decision,
): readonly GroupDecision[] {
  const world = worldOf(input);
  const backends = input.policy.backends.flatMap((group) => {
    const decided = before.groups.find((each) => each.role === 'backend' && each.group === group.group);
    if (decided === undefined) return [];
    const pin = pinned(decided);
    return [
      pin === 'as-it-was'
        ? { decision: decided, sized: undefined, change: undefined }
        : decideBackends(world, group, pin),
    ];
  });
  return withFrontends(
    world,
    backends.map(({ decision }: DecidedGroup) => decision),
  );
}

/** What no guard holds, in the order in which it is carried out. */
export function stepsOf(input: DecideInput, groups: readonly GroupDecision[]): Decision['steps'] {
  return planSteps(worldOf(input), groups);
}

/** One plan for both roles: frontends by the backends that there will be, backends by the frontends that there can be. */
function withFrontends(world: World, backends: readonly GroupDecision[]): readonly GroupDecision[] {
  const { frontend } = world.policy;
  if (frontend === undefined) return backends;
  const planned = backends.map((group) => asIfNotHeldForAll(world, group));
  const frontends = decideFrontends(world, frontend, {
    current: totalNow(world),
    after: totalAfter(world, planned),
    toFloor: planned.some((group) => group.toFloor && (group.desired ?? 0) > (group.current ?? 0)),
  });
  return [...capGrowth(world, frontend, backends, frontends), ...frontends];
}

/** These hold frontends just as they hold backends, so that the plan shows both where both wait for the same. */
const FOR_ALL: readonly ReasonCode[] = [
  ...BOTH_GUARD_CODES.filter(
    (code) => code !== 'cooldown' && code !== 'window-too-short' && code !== 'version-unsupported',
  ),
  ...LIMIT_CODES,
];

function asIfNotHeldForAll({ leftOut = [] }: World, group: GroupDecision): GroupDecision {
  // What holds a group where it is left out, as a no does, holds this one alone.
  const isForAll = (code: ReasonCode): boolean => FOR_ALL.includes(code) && !leftOut.some((each) => each === code);
  const waits = group.action === 'hold' && group.reasons.every(isForAll);
  return waits ? { ...group, desired: group.recommended } : group;
}
