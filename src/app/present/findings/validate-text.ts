import type { LoadedPolicy } from '../../../config/load-policy.ts';
import { formatProblem } from '../../../config/problem.ts';
import { effectiveWindows } from '../../../decision/windows/effective.ts';
import { eachInstance } from '../../../decision/windows/instances.ts';
import { formatDuration, formatLocal } from '../../../decision/windows/local-time.ts';
import type { EpochMs } from '../../../domain/instant.ts';
import type { ClusterPolicy } from '../../../domain/policy.ts';
import type { EffectiveWindow, WindowEntry, WindowInstance } from '../../../domain/window.ts';
import { entryText } from '../windows/window-entry-text.ts';
import { windowSpan } from '../windows/window-span-text.ts';

const LOOK_MS = 400 * 86_400_000;
const OCCURRENCES = 3;

/** What is wrong, and when the windows open: the next three of each, and all that a change of the clock shortens. */
export function validateText(loaded: LoadedPolicy, at: EpochMs): string {
  const warnings = loaded.warnings.map((problem) => `warning  ${formatProblem(problem)}`);
  if (!loaded.ok) {
    const lines = [
      ...loaded.errors.map(formatProblem),
      ...warnings,
      `${summary(loaded.errors.length, loaded.warnings.length)}.`,
    ];
    return `${lines.join('\n')}\n`;
  }
  const { policy } = loaded;
  const head = `valid: revision ${policy.revision}, ${counted(policy.clusters.length, 'cluster')}${warnings.length === 0 ? '' : `, ${counted(warnings.length, 'warning')}`}`;
  const lines = [...warnings, head, ...policy.clusters.flatMap((cluster) => clusterLines(cluster, at))];
  return `${lines.join('\n')}\n`;
}

function clusterLines(cluster: ClusterPolicy, at: EpochMs): readonly string[] {
  const { windows } = cluster;
  const lines = [`${cluster.name}   ${cluster.mode}   ${windows.timezone}`];
  const effective = effectiveWindows(windows, { startMs: at, endMs: at + LOOK_MS });
  if (windows.always) lines.push('  always open, less what is denied', ...openings(effective, windows.timezone, at));
  for (const entry of windows.allow) {
    lines.push(
      `  ${entryText(entry)}`,
      ...openings(
        effective.filter(({ names }) => names.includes(entry.name)),
        windows.timezone,
        at,
      ),
    );
  }
  for (const entry of windows.deny) lines.push(`  denied: ${entryText(entry)}`);
  const changed = [...windows.allow, ...windows.deny].flatMap((entry) => changedInstances(entry, windows.timezone, at));
  if (changed.length > 0)
    lines.push('  changes of the clock in the next 400 days', ...changed.map((text) => `    ${text}`));
  return lines;
}

function openings(windows: readonly EffectiveWindow[], zone: string, at: EpochMs): readonly string[] {
  if (windows.length === 0) return ['    does not open in the next 400 days'];
  return windows
    .slice(0, OCCURRENCES)
    .flatMap((window) => [`    ${spanText(window, zone, at)}`, ...window.notes.map((note) => `      ${note}`)]);
}

/** `Wed 01:00 - Wed 06:00   5 h, in 3 h` */
function spanText(
  { startMs, endMs }: { readonly startMs: EpochMs; readonly endMs: EpochMs },
  zone: string,
  at: EpochMs,
): string {
  const when = startMs <= at ? 'open now' : `in ${formatDuration(startMs - at)}`;
  const { span, length } = windowSpan({ startMs, endMs }, { startMs: at, endMs: at + LOOK_MS }, (each) =>
    formatLocal(each, zone, at),
  );
  return `${span}   ${length}, ${when}`;
}

function changedInstances(entry: WindowEntry, zone: string, at: EpochMs): readonly string[] {
  const changed: string[] = [];
  for (const instance of eachInstance(entry, zone, { startMs: at, endMs: at + LOOK_MS })) {
    if (instance.note !== undefined) changed.push(changedText(instance));
  }
  return changed;
}

function changedText({ name, localDate, startMs, endMs, note, nominalMs }: WindowInstance): string {
  if (note === 'skipped') return `${name} of ${localDate} is skipped (${formatDuration(nominalMs)} otherwise)`;
  return `${name} of ${localDate} is shortened to ${formatDuration(endMs - startMs)} (${formatDuration(nominalMs)} otherwise)`;
}

function summary(errors: number, warnings: number): string {
  return warnings === 0 ? counted(errors, 'error') : `${counted(errors, 'error')}, ${counted(warnings, 'warning')}`;
}

function counted(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? '' : 's'}`;
}
