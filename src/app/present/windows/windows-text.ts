import { formatDuration, formatLocal } from '../../../decision/windows/local-time.ts';
import type { EpochMs, Interval } from '../../../domain/instant.ts';
import type { ClusterPolicy } from '../../../domain/policy.ts';
import type { DeniedInterval, EffectiveWindow } from '../../../domain/window.ts';
import { windowSpan } from './window-span-text.ts';

export interface Calendar {
  readonly cluster: ClusterPolicy;
  readonly windows: readonly EffectiveWindow[];
  readonly denied: readonly DeniedInterval[];
}

/** The calendar of one cluster for people: windows and denials in the order of time. */
export function windowsText(
  calendar: Calendar,
  { range, now }: { readonly range: Interval; readonly now: EpochMs },
): string {
  const { cluster, windows, denied } = calendar;
  const zone = cluster.windows.timezone;
  const head = `${cluster.name}   ${zone}   ${formatLocal(range.startMs, zone)} to ${formatLocal(range.endMs, zone)}`;
  const rows = [
    ...windows.map((window) => ({ at: window.startMs, lines: windowLines(window, { zone, now, range }) })),
    ...denied.map((one) => ({ at: one.startMs, lines: [`  denied  ${span(one, zone)}   ${one.name}`] })),
  ].toSorted((a, b) => a.at - b.at);
  const none = windows.length === 0 ? ['  no window opens in this time'] : [];
  return `${[head, ...rows.flatMap(({ lines }) => lines), ...none].join('\n')}\n`;
}

function windowLines(
  window: EffectiveWindow,
  { zone, now, range }: { readonly zone: string; readonly now: EpochMs; readonly range: Interval },
): readonly string[] {
  const { startMs, endMs, usableUntilMs, names, notes } = window;
  const shown = windowSpan(window, range, (at) => formatLocal(at, zone));
  const open =
    startMs <= now && now < endMs ? ', open now' : startMs > now ? `, in ${formatDuration(startMs - now)}` : '';
  const usable =
    usableUntilMs <= startMs
      ? ', never long enough for guard'
      : shown.endless
        ? ''
        : `, starts until ${clockOf(usableUntilMs, zone)}`;
  return [
    `  open    ${shown.span}   ${names.join(', ')}   ${shown.length}${usable}${open}`,
    ...notes.map((note) => `            ${note}`),
  ];
}

function span({ startMs, endMs }: Interval, zone: string): string {
  return `${formatLocal(startMs, zone)} - ${formatLocal(endMs, zone)}`;
}

function clockOf(at: EpochMs, zone: string): string {
  return formatLocal(at, zone).split(' ').at(-1) ?? '';
}
