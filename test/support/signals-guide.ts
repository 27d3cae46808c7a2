import type { SignalMeasure } from '../../src/domain/signal.ts';
import { PRESETS } from '../../src/prometheus/promql/presets.ts';

const MEASURES: Readonly<Record<SignalMeasure, string>> = {
  utilisation: 'utilisation, summed over the backends that served',
  bytes: 'bytes, against the share of the disks',
  total: 'total over all frontends',
  level: 'level, the highest counts',
};

/** The table of docs/guide/signals.md, as Markdown: every preset as it is asked for, with the default instance label. */
export function presetTable(): string {
  const rows = Object.entries(PRESETS).map(([name, { role, measure, query, capacityQuery, versions }]) => [
    `\`${name}\``,
    role,
    MEASURES[measure],
    [query, ...(capacityQuery === undefined ? [] : [capacityQuery])]
      .map((text) => `\`${text.replaceAll('%I', 'instance')}\``)
      .join(', of '),
    versions,
  ]);
  return [['preset', 'one value per', 'read as', 'PromQL', 'Doris'], ['---', '---', '---', '---', '---'], ...rows]
    .map((cells) => `| ${cells.join(' | ')} |\n`)
    .join('');
}

// Run as a program it prints the table, to be put below the mark of the guide.
if (process.argv[1] === import.meta.filename) process.stdout.write(presetTable());
