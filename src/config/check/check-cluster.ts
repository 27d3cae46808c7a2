import type { Finding } from '../problem.ts';
import { error, warning } from '../problem.ts';
import { durationMs } from '../parse-units.ts';
import type { OperationsFile } from '../schema/cluster.ts';
import { frontend, operations, prometheus } from '../schema/cluster.ts';
import { bounds } from '../schema/group.ts';
import { endpoint } from '../schema/scalars.ts';
import { secret } from '../schema/secret.ts';
import type { Locate } from '../source/located.ts';
import { valueAt } from '../source/located.ts';
import { checkFrontend } from './check-frontend.ts';
import { checkGroup } from './group/check-group.ts';
import { checkNames } from './check-names.ts';
import { checkPrometheus } from './check-prometheus.ts';
import { checkWindows } from './windows/check-windows.ts';
import { zoneOf } from './windows/check-zone.ts';
import type { CheckContext } from './section.ts';
import { checkSection, itemsAt } from './section.ts';

/** The FE raises its own tables to three replicas and never lowers them. */
const LEAST_BACKENDS = 3;

/** Everything below one entry of `clusters`, of whatever shape. */
export function checkCluster(value: unknown, locate: Locate, context: CheckContext): readonly Finding[] {
  const at = (key: string): unknown => valueAt(value, [key]);
  const groups = itemsAt(value, 'backends');
  const zone = zoneOf(valueAt(value, ['windows', 'timezone']));
  const windows = checkWindows(at('windows'), locate.at('windows'), { at: context.at, groups });
  return [
    ...checkEndpoints(itemsAt(value, 'endpoints'), locate.at('endpoints')),
    ...checkSection(secret, at('password'), (section) => context.secrets.check(section, locate.at('password'))),
    ...checkSection(prometheus, at('prometheus'), (section) =>
      checkPrometheus(section, locate.at('prometheus'), context),
    ),
    ...windows.findings,
    ...checkSection(operations.prefault({}), at('operations'), (section) =>
      checkOperations(section, locate.at('operations')),
    ),
    ...checkNames(groups, 'group', 'group of this cluster', locate.at('backends'), 'default'),
    ...checkLeastBackends(groups, locate.at('backends')),
    ...groups.flatMap((group, index) =>
      checkGroup(group, locate.at('backends', index), { ...context, zone, windows: windows.policy }),
    ),
    ...checkSection(frontend, at('frontend'), (section) =>
      checkFrontend(section, groups, locate.at('frontend'), context),
    ),
  ];
}

function checkEndpoints(endpoints: readonly unknown[], locate: Locate): readonly Finding[] {
  return endpoints.flatMap((item, index) =>
    checkSection(endpoint, item, (text) =>
      endpoints.indexOf(text) < index
        ? [error(locate(index), `${text} stands in this list already`, 'keep one of the two')]
        : [],
    ),
  );
}

/** Warns of a min that no removal ever reaches; the file alone does not tell a decoupled cluster, which has no such floor. */
function checkLeastBackends(groups: readonly unknown[], locate: Locate): readonly Finding[] {
  const mins = groups.map((group) => bounds.safeParse(group).data?.min);
  if (mins.length === 0 || mins.includes(undefined)) return [];
  const least = mins.reduce<number>((sum, min) => sum + (min ?? 0), 0);
  if (least >= LEAST_BACKENDS) return [];
  return [
    warning(
      locate(0, 'min'),
      `Doris keeps ${LEAST_BACKENDS} replicas of its own tables, so no removal leaves fewer than ${LEAST_BACKENDS} backends`,
      `write min: ${(mins[0] ?? 0) + LEAST_BACKENDS - least}`,
    ),
  ];
}

function checkOperations(section: OperationsFile, locate: Locate): readonly Finding[] {
  if (durationMs(section.stallAfter) < durationMs(section.deadline)) return [];
  return [
    warning(
      locate('stallAfter'),
      `${section.stallAfter} is not below deadline (${section.deadline})`,
      'a standstill is never noticed; lower stallAfter',
    ),
  ];
}
