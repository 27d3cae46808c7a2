import type { PolicyFigures } from '../../domain/policy-change.ts';

/** A changed policy that is above its target for so much more of the time waits for a yes. */
const ABOVE_TARGET_SHARE = 0.01;
/** And one that takes so many times the node-hours. */
const NODE_HOURS_FACTOR = 1.5;

/** In what a changed policy is worse by more than is taken without asking, a sentence each. */
export function beyondBound(before: PolicyFigures, after: PolicyFigures, knownMinutes: number): readonly string[] {
  const beyond: string[] = [];
  if (after.saturatedMinutes > before.saturatedMinutes) {
    beyond.push(
      `saturated for ${minutes(after.saturatedMinutes)} instead of ${minutes(before.saturatedMinutes)} (bound: none more)`,
    );
  }
  const moreAbove = after.aboveTargetMinutes - before.aboveTargetMinutes;
  if (moreAbove > ABOVE_TARGET_SHARE * knownMinutes) {
    beyond.push(
      `above its target for ${minutes(after.aboveTargetMinutes)} instead of ${minutes(before.aboveTargetMinutes)}: ` +
        `${percent(moreAbove / knownMinutes)} more of the time (bound: ${percent(ABOVE_TARGET_SHARE)})`,
    );
  }
  if (after.nodeHours > NODE_HOURS_FACTOR * before.nodeHours) {
    beyond.push(
      `${hours(after.nodeHours)} node-hours instead of ${hours(before.nodeHours)}: ` +
        `${percent(after.nodeHours / before.nodeHours - 1)} more (bound: ${percent(NODE_HOURS_FACTOR - 1)})`,
    );
  }
  return beyond;
}

function minutes(count: number): string {
  return `${String(count)} min`;
}

function hours(count: number): string {
  return String(Math.round(count));
}

function percent(ratio: number): string {
  return `${String(Math.round(ratio * 1000) / 10)} %`;
}
