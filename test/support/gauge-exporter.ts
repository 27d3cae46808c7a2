import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';

export interface GaugeExporter {
  /** A file_sd file that names it. */
  readonly targetsFile: string;
  set(name: string, value: number | undefined): void;
  stop(): Promise<void>;
}

/** A scrape target whose gauges a test sets. */
export async function startGaugeExporter(
  folder: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<GaugeExporter> {
  const gauges = new Map<string, number>();
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    response.end([...gauges].map(([name, value]) => `# TYPE ${name} gauge\n${name} ${String(value)}\n`).join(''));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const targetsFile = join(folder, `exporter-${String(port)}.json`);
  await writeFile(targetsFile, JSON.stringify([{ targets: [`127.0.0.1:${String(port)}`], labels }]));
  return {
    targetsFile,
    set(name, value) {
      if (value === undefined) gauges.delete(name);
      else gauges.set(name, value);
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
