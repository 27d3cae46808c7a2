import { execFile } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface GaugeHistory {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Value at an instant. */
  readonly value: (atMs: number) => number;
}

/**
 * Writes gauges into a Prometheus data folder as blocks, so that a Prometheus that starts now has a past.
 * The newest two hours are left to live scrapes unless `untilMs` says otherwise.
 */
export async function fillHistory(
  storagePath: string,
  gauges: readonly GaugeHistory[],
  range: { readonly fromMs: number; readonly untilMs: number; readonly stepMs: number },
): Promise<void> {
  const lines: string[] = [];
  for (const { name, labels = {}, value } of gauges) {
    const set = Object.entries(labels)
      .map(([label, text]) => `${label}="${text}"`)
      .join(',');
    lines.push(`# TYPE ${name} gauge`);
    for (let at = range.fromMs; at <= range.untilMs; at += range.stepMs) {
      lines.push(`${name}{${set}} ${String(value(at))} ${(at / 1000).toFixed(3)}`);
    }
  }
  lines.push('# EOF');
  const file = join(storagePath, '..', 'history.om');
  await writeFile(file, `${lines.join('\n')}\n`);
  await run('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', file, storagePath], {
    maxBuffer: 64 * 1024 * 1024,
  });
  await rm(file);
}
