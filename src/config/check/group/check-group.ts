import type { WindowsPolicy } from '../../../domain/window.ts';
import type { Finding } from '../../problem.ts';
import { error, warning } from '../../problem.ts';
import { durationMs, percentageRatio } from '../../parse-units.ts';
import type { GroupFile } from '../../schema/group.ts';
import { bounds, cooldown, disk, forecast, group, schedule, signal } from '../../schema/group.ts';
import { name } from '../../schema/scalars.ts';
import type { Locate } from '../../source/located.ts';
import { valueAt } from '../../source/located.ts';
import { checkCooldown } from './check-cooldown.ts';
import { more } from '../check-frontend.ts';
import { checkNames } from '../check-names.ts';
import { checkProvisionerName } from '../check-provisioner.ts';
import type { Zone } from '../windows/check-zone.ts';
import { checkSchedule } from './check-schedule.ts';
import { checkSignal } from './check-signal.ts';
import type { CheckContext } from '../section.ts';
import { checkSection, itemsAt } from '../section.ts';

const DAY_MS = 86_400_000;
const SHORTEST_HISTORY_MS = 8 * DAY_MS;

export interface GroupContext extends CheckContext {
  /** Undefined when windows.timezone is not valid. */
  readonly zone: Zone | undefined;
  /** Undefined when something is wrong with them. */
  readonly windows: WindowsPolicy | undefined;
}

/** One entry of `backends`, of whatever shape. */
export function checkGroup(value: unknown, locate: Locate, context: GroupContext): readonly Finding[] {
  const at = (key: string): unknown => valueAt(value, [key]);
  const limits = bounds.safeParse(value).data;
  return [
    ...(limits === undefined || limits.min <= limits.max ? [] : [more(locate, limits)]),
    ...checkSection(name.optional(), at('provisioner'), (named) => checkProvisionerName(named, locate, context)),
    ...checkNames(itemsAt(value, 'signals'), 'signal', 'signal of this group', locate.at('signals')),
    ...itemsAt(value, 'signals').flatMap((item, index) =>
      checkSection(signal, item, (section) => checkSignal(section, locate.at('signals', index))),
    ),
    ...checkNames(itemsAt(value, 'schedule'), 'name', 'schedule of this group', locate.at('schedule')),
    ...itemsAt(value, 'schedule').flatMap((item, index) =>
      checkSection(schedule, item, (section) =>
        checkSchedule(section, locate.at('schedule', index), { limits, zone: context.zone, at: context.at }),
      ),
    ),
    ...checkSection(forecast.optional(), at('forecast'), (section) =>
      section === undefined ? [] : checkForecast(section, locate.at('forecast')),
    ),
    ...checkSection(cooldown.prefault({}), at('cooldown'), (section) =>
      context.windows === undefined
        ? []
        : checkCooldown(durationMs(section.in), context.windows, locate.at('cooldown', 'in'), context.at),
    ),
    ...checkSection(disk.prefault({}), at('disk'), (section) => checkDisk(section, locate.at('disk'))),
    ...checkSection(group, value, (section) => checkSizing(section, locate)),
  ];
}

function checkForecast(section: GroupFile['forecast'], locate: Locate): readonly Finding[] {
  const findings: Finding[] = [];
  const historyMs = durationMs(section.history);
  if (historyMs < SHORTEST_HISTORY_MS) {
    findings.push(
      error(locate('history'), `${section.history} does not hold a week and a day`, 'write 8d or more, such as 28d'),
    );
  }
  for (const [index, season] of section.seasons.entries()) {
    const ms = durationMs(season);
    if (ms % DAY_MS !== 0)
      findings.push(error(locate('seasons', index), `${season} is not in whole days`, 'write one such as 1d or 7d'));
    else if (ms > historyMs)
      findings.push(
        error(
          locate('seasons', index),
          `${season} is longer than history (${section.history})`,
          'raise history or leave the season out',
        ),
      );
  }
  return findings;
}

function checkDisk(section: GroupFile['disk'], locate: Locate): readonly Finding[] {
  if (percentageRatio(section.projected) < percentageRatio(section.cancel)) return [];
  return [
    error(
      locate('projected'),
      `${section.projected} is not below cancel (${section.cancel})`,
      'a removal that may start would be cancelled at once; lower projected',
    ),
  ];
}

function checkSizing(section: GroupFile, locate: Locate): readonly Finding[] {
  if (section.signals.some(({ limit }) => limit === undefined)) return [];
  return [
    warning(
      locate('signals'),
      'no signal sizes the group: every one is a limit',
      'add one such as {signal: be_cpu, target: 60%}, or only min and schedule move it',
    ),
  ];
}
