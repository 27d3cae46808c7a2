import type { ClusterPolicy, FrontendPolicy } from '../../../src/domain/policy.ts';
import { DAY } from '../../support/decision-input.ts';
import type { Dice } from './scenario-dice.ts';
import type { Life, PolicyEdit, ScenarioCluster } from './scenario.ts';

/** Days between two reloads, about. */
const APART = { calm: 10, busy: 1.2 } as const;
type Ratio = FrontendPolicy['backendsPerFrontend'];
const RATIOS: readonly [Ratio, ...Ratio[]] = [
  { min: 10, max: 20 },
  { min: 2, max: 3 },
  { min: 1, max: 2 },
];

type Draw = (policy: Partial<ClusterPolicy>) => Partial<ClusterPolicy>;

/** Reloads: other bounds, another number of frontends, another way to close, a time of asking or of looking on. */
export function drawEdits(
  roll: Dice,
  around: {
    readonly policy: Partial<ClusterPolicy>;
    readonly days: number;
    readonly cluster: ScenarioCluster;
    readonly life: Life;
  },
): readonly PolicyEdit[] {
  const apartDays = APART[around.life];
  const draws = drawsOf(roll, around.cluster);
  const edits: PolicyEdit[] = [];
  let { policy } = around;
  // The last days are left to what has begun.
  for (let day = roll.between(0.2, apartDays); day < around.days - 3; day += roll.between(0.5, 1.5) * apartDays) {
    const change = roll.pick(draws)(policy);
    policy = { ...policy, ...change };
    edits.push({ atMs: Math.round(day * DAY), policy: change });
  }
  return edits;
}

function drawsOf(roll: Dice, cluster: ScenarioCluster): readonly [Draw, ...Draw[]] {
  const members = cluster.backends + cluster.spareBackends;
  const min: Draw = ({ backends: [group, ...others] = [] }) => {
    if (group === undefined) return {};
    // Low and high in turn, so that there is something to do.
    const least = group.min > 3 ? 3 : Math.min(members, Math.max(group.max, cluster.backends + 1));
    return { backends: [{ ...group, min: least, max: Math.max(least, group.max) }, ...others] };
  };
  const anyMin: Draw = ({ backends: [group, ...others] = [] }) => {
    if (group === undefined) return {};
    return { backends: [{ ...group, min: roll.int(3, Math.max(3, group.max)) }, ...others] };
  };
  const max: Draw = ({ backends: [group, ...others] = [] }) => {
    if (group === undefined) return {};
    return { backends: [{ ...group, max: roll.int(group.min, Math.max(group.min, members)) }, ...others] };
  };
  const followers: Draw = ({ frontend }) => {
    if (frontend === undefined || cluster.frontends < 3) return {};
    return { frontend: { ...frontend, followers: frontend.followers === 5 ? 3 : 5 } };
  };
  const ratio: Draw = ({ frontend }) =>
    frontend === undefined
      ? {}
      : {
          frontend: {
            ...frontend,
            backendsPerFrontend: roll.pick(RATIOS),
            observers: { ...frontend.observers, max: 3 },
          },
        };
  const closing: Draw = ({ windows }) =>
    windows === undefined ? {} : { windows: { ...windows, onClose: roll.pick(['finish', 'throttle', 'cancel']) } };
  const mode: Draw = (policy) => ({
    mode: policy.mode === 'act' ? roll.pick(['approve', 'approve', 'observe']) : 'act',
  });
  return [min, min, min, min, anyMin, anyMin, max, followers, followers, ratio, ratio, closing, mode];
}
