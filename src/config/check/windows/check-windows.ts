import * as z from 'zod';
import type { EpochMs } from '../../../domain/instant.ts';
import type { WindowsPolicy } from '../../../domain/window.ts';
import type { Finding } from '../../problem.ts';
import { error, warning } from '../../problem.ts';
import type { WindowEntryFile } from '../../schema/windows.ts';
import { dates, emergencyCondition, idleCondition, windowEntry, windows } from '../../schema/windows.ts';
import type { Locate } from '../../source/located.ts';
import { valueAt } from '../../source/located.ts';
import { toWindows } from '../../mapping/to-windows.ts';
import { checkCondition } from './check-condition.ts';
import { checkCron } from './check-cron.ts';
import { checkNames } from '../check-names.ts';
import { checkOpenings } from './check-openings.ts';
import { checkWindowEntry } from './check-window-entry.ts';
import { checkZone } from './check-zone.ts';
import { checkSection, itemsAt } from '../section.ts';

export interface WindowsContext {
  readonly at: EpochMs;
  /** The cluster's groups, of whatever shape: idle and emergency may name their signals. */
  readonly groups: readonly unknown[];
}

/** `windows` of a cluster, of whatever shape; as the domain has them when nothing is wrong. */
export function checkWindows(
  value: unknown,
  locate: Locate,
  context: WindowsContext,
): { readonly findings: readonly Finding[]; readonly policy: WindowsPolicy | undefined } {
  const entries = (['allow', 'deny'] as const).flatMap((list) =>
    itemsAt(value, list).flatMap((item, index) =>
      checkSection(windowEntry, item, (entry) => checkEntry(entry, list, locate.at(list, index))),
    ),
  );
  const timezone = checkSection(z.string(), valueAt(value, ['timezone']), (text) =>
    checkZone(text, locate.at('timezone')),
  );
  const conditions = [
    ...itemsAt(value, 'idle').flatMap((item, index) =>
      checkSection(idleCondition, item, (section) =>
        checkCondition(section, 'below', locate.at('idle', index), context.groups),
      ),
    ),
    ...checkSection(emergencyCondition, valueAt(value, ['emergency']), (section) =>
      checkCondition(section, 'above', locate.at('emergency'), context.groups),
    ),
  ];
  const names = (['allow', 'deny'] as const).flatMap((list) =>
    checkNames(itemsAt(value, list), 'name', 'window of this list', locate.at(list)),
  );
  const whole = checkSection(windows, value, (section) => [
    ...(section.always || section.allow !== undefined
      ? []
      : [error(locate('allow'), 'this is missing', 'write allow: with at least one window, or always: true')]),
    ...(section.always && section.allow !== undefined
      ? [warning(locate('allow'), 'always: true makes this useless', 'keep one of the two')]
      : []),
  ]);
  const holidays = checkSection(dates, valueAt(value, ['holidays']), () => []);
  const own = [...timezone, ...entries, ...names, ...conditions, ...holidays, ...whole];
  const policy = windowsPolicyOf(value, own);
  if (policy === undefined) return { findings: own, policy };
  const openings = checkOpenings(policy, locate, context.at);
  const opens = openings.every(({ severity }) => severity === 'warning');
  return { findings: [...own, ...openings], policy: opens ? policy : undefined };
}

/** The windows as the domain has them, when nothing is wrong with them so far. */
function windowsPolicyOf(value: unknown, findings: readonly Finding[]): WindowsPolicy | undefined {
  const shaped = windows.safeParse(value);
  if (!shaped.success || findings.some(({ severity }) => severity === 'error')) return undefined;
  return toWindows(shaped.data);
}

function checkEntry(entry: WindowEntryFile, list: 'allow' | 'deny', locate: Locate): readonly Finding[] {
  return [
    ...checkWindowEntry(entry, list, locate),
    ...(entry.cron === undefined ? [] : checkCron(entry.cron, locate.at('cron'))),
  ];
}
