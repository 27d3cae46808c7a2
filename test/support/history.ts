import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface GaugeHistory {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Value at an instant; undefined = no sample. */
  readonly value: (atMs: number) => number | undefined;
}

/**
 * Writes gauges into a Prometheus data folder as blocks, so that a Prometheus that starts now has a past. With the labels that
 * a scraped target gives its series, the live samples continue the same series.
 */
export async function fillHistory(
  storagePath: string,
  gauges: readonly GaugeHistory[],
  range: { readonly fromMs: number; readonly untilMs: number; readonly stepMs: number },
): Promise<void> {
  const file = join(storagePath, '..', 'history.om');
  await pipeline(Readable.from(openMetrics(gauges, range)), createWriteStream(file));
  // Blocks of two hours, the default, take a hundred times as long to write and to open.
  const blocks = ['create-blocks-from', '--max-block-duration=720h', 'openmetrics'];
  await run('promtool', ['tsdb', ...blocks, file, storagePath], { maxBuffer: 64 * 1024 * 1024 });
  await rm(file);
}

function* openMetrics(
  gauges: readonly GaugeHistory[],
  range: { readonly fromMs: number; readonly untilMs: number; readonly stepMs: number },
): Generator<string> {
  for (const [name, series] of Map.groupBy(gauges, (gauge) => gauge.name)) {
    yield `# TYPE ${name} gauge\n`;
    for (const { labels = {}, value } of series) {
      const set = Object.entries(labels)
        .map(([label, text]) => `${label}=${JSON.stringify(text)}`)
        .join(',');
      const lines: string[] = [];
      for (let at = range.fromMs; at <= range.untilMs; at += range.stepMs) {
        const found = value(at);
        if (found !== undefined) lines.push(`${name}{${set}} ${String(found)} ${(at / 1000).toFixed(3)}\n`);
      }
      yield lines.join('');
    }
  }
  yield '# EOF\n';
}
