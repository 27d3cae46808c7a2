import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';

type LabelSet = Readonly<Record<string, string>>;

export interface GaugeExporter {
  /** A file_sd file that names it. */
  readonly targetsFile: string;
  /** All labels of its series once they are scraped by startPrometheus; a history with them is the same series. */
  readonly seriesLabels: LabelSet;
  /** Undefined = not exported any more. */
  set(name: string, value: number | undefined, labels?: LabelSet): void;
  /** Every scrape fails until it is called again. */
  fail(failing: boolean): void;
  stop(): Promise<void>;
}

/** A scrape target whose gauges a test sets. `labels` are added to its series; `instance` among them replaces its address. */
export async function startGaugeExporter(folder: string, labels: LabelSet = {}): Promise<GaugeExporter> {
  const gauges = new Map<string, Map<string, number>>();
  let isFailing = false;
  const server = createServer((_request, response) => {
    if (isFailing) {
      response.writeHead(500).end();
      return;
    }
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    response.end([...gauges].map(([name, series]) => exposition(name, series)).join(''));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const target = `127.0.0.1:${String(typeof address === 'object' && address !== null ? address.port : 0)}`;
  const targetsFile = join(folder, `exporter-${target.replace(/.*:/, '')}.json`);
  await writeFile(targetsFile, JSON.stringify([{ targets: [target], labels }]));
  return {
    targetsFile,
    seriesLabels: { instance: target, job: 'doris', ...labels },
    set(name, value, own = {}) {
      const series = gauges.get(name) ?? new Map<string, number>();
      gauges.set(name, series);
      if (value === undefined) series.delete(print(own));
      else series.set(print(own), value);
    },
    fail(failing) {
      isFailing = failing;
    },
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}

function exposition(name: string, series: ReadonlyMap<string, number>): string {
  const lines = [...series].map(
    ([labels, value]) => `${name}${labels} ${Number.isFinite(value) ? value : word(value)}\n`,
  );
  return `# TYPE ${name} gauge\n${lines.join('')}`;
}

function print(labels: LabelSet): string {
  return `{${Object.entries(labels)
    .map(([label, text]) => `${label}=${JSON.stringify(text)}`)
    .join(',')}}`;
}

function word(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? '+Inf' : '-Inf';
}
