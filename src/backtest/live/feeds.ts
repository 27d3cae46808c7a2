import { sizeMeasure } from '../../decision/demand/measure.ts';
import type { GroupPolicy, SignalPolicy } from '../../domain/group-policy.ts';
import type { TraceProblem } from '../trace/scan-csv.ts';
import type { Trace, TraceColumn } from '../trace/trace.ts';

/** The column that feeds whatever is the only load of a group. */
const LOAD = 'load';

export interface Feed {
  readonly signal: SignalPolicy;
  readonly column: TraceColumn;
}

export type Fed =
  | { readonly ok: true; readonly feeds: readonly Feed[]; readonly leftOut: readonly SignalPolicy[] }
  | { readonly ok: false; readonly problem: TraceProblem };

/** Which column is the load of which signal. Signals without a column are left out of the replay, all but one to size by. */
export function feedsOf(trace: Trace, group: GroupPolicy): Fed {
  const sizes = group.signals.filter(isLoad);
  const known = group.signals.filter((signal) => isLoad(signal) || signal.purpose.kind === 'limit');
  const names = known.map(({ name }) => name).join(', ');
  const wrong = (column: TraceColumn | undefined, message: string, hint: string): Fed => ({
    ok: false,
    problem: { file: trace.name, line: 1, column: column?.headerAt ?? 1, field: column?.name, message, hint },
  });
  const feeds: Feed[] = [];
  for (const column of trace.columns) {
    const named = known.find(({ name }) => name === column.name);
    if (named !== undefined) {
      feeds.push({ signal: named, column });
      continue;
    }
    const [only, ...more] = sizes;
    const disks = group.signals.some((signal) => signal.name === column.name);
    if (disks)
      return wrong(column, `column ${column.name} sizes by disks, which a trace does not know`, `one of: ${names}`);
    if (column.name !== LOAD || trace.columns.length > 1 || only === undefined) {
      return wrong(
        column,
        `column ${JSON.stringify(column.name)} is no signal of group ${group.group}`,
        `one of: ${names}`,
      );
    }
    if (more.length > 0) {
      const loads = sizes.map(({ name }) => name).join(', ');
      return wrong(column, `column load could be any of ${loads}`, `one column for each, named as the signal`);
    }
    feeds.push({ signal: only, column });
  }
  if (!feeds.some(({ signal }) => isLoad(signal)))
    return wrong(
      trace.columns[0],
      `no column sizes group ${group.group}`,
      `one of: ${sizes.map(({ name }) => name).join(', ')}`,
    );
  return { ok: true, feeds, leftOut: group.signals.filter((signal) => !feeds.some((feed) => feed.signal === signal)) };
}

/** Sizes a group by something that a trace can know. */
export function isLoad(signal: SignalPolicy): boolean {
  const measure = sizeMeasure(signal);
  return measure === 'utilisation' || measure === 'total';
}
