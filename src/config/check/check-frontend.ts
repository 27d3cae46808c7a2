import type { Finding } from '../problem.ts';
import { error } from '../problem.ts';
import type { FrontendFile } from '../schema/cluster.ts';
import { bounds } from '../schema/group.ts';
import type { Locate } from '../source/located.ts';
import { checkProvisionerName } from './check-provisioner.ts';
import type { CheckContext } from './section.ts';

/**
 * Frontends: an odd number of followers, and enough frontends allowed for every backend that the groups may grow to.
 * The lower bound of the ratio never rejects a policy.
 */
export function checkFrontend(
  frontend: FrontendFile,
  groups: readonly unknown[],
  locate: Locate,
  context: CheckContext,
): readonly Finding[] {
  const { backendsPerFrontend: ratio, followers, observers } = frontend;
  const findings: Finding[] = [];
  if (followers % 2 === 0) {
    const even = `${followers} followers are an even number, which survives no more failures than ${followers - 1}`;
    findings.push(error(locate('followers'), even, 'write 1, 3 or 5'));
  } else if (followers > 5) {
    findings.push(error(locate('followers'), `${followers} followers are more than a cluster has`, 'write 1, 3 or 5'));
  }
  if (ratio.min > ratio.max) findings.push(more(locate.at('backendsPerFrontend'), ratio));
  if (observers.min > observers.max) findings.push(more(locate.at('observers'), observers));
  findings.push(...checkProvisionerName(frontend.provisioner, locate, context));
  const most = mostBackends(groups);
  const served = ratio.max * (followers + observers.max);
  if (most !== undefined && served < most) {
    const needed = Math.ceil(most / ratio.max) - followers;
    findings.push(
      error(
        locate('observers', 'max'),
        `the groups may grow to ${most} backends, but ${counted(followers, 'follower')} and ${counted(observers.max, 'observer')} serve ${served} (${ratio.max} each)`,
        `write observers: {max: ${needed}}, or a lower max of the groups`,
      ),
    );
  }
  return findings;
}

/** `min` above `max` of one section. */
export function more(locate: Locate, { min, max }: { readonly min: number; readonly max: number }): Finding {
  return error(locate('min'), `${min} is more than max (${max}, line ${locate('max').line})`, 'raise max or lower min');
}

/** Undefined when a group's bounds are not valid: they are complained of elsewhere. */
function mostBackends(groups: readonly unknown[]): number | undefined {
  let sum = 0;
  for (const group of groups) {
    const shaped = bounds.safeParse(group);
    if (!shaped.success) return undefined;
    sum += shaped.data.max;
  }
  return sum;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
