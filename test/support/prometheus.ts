import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'node:https';
import { setTimeout as wait } from 'node:timers/promises';

export interface RealPrometheus {
  readonly url: string;
  readonly pid: number;
  /** Its data, for blocks that promtool writes before the start. */
  readonly storagePath: string;
  stop(): Promise<void>;
  /** Ends the process and keeps the data; `start` brings it back under the same URL. */
  pause(): Promise<void>;
  start(): Promise<void>;
}

const READY_WITHIN_MS = 30_000;
const STOP_WITHIN_MS = 10_000;

/** A real Prometheus on a free port of 127.0.0.1 with its own folder. Ended by its own pid. */
export async function startPrometheus(options: {
  /** file_sd files, such as `scrapeTargets` of a simulator. */
  readonly targetsFiles: readonly string[];
  readonly scrapeInterval?: string;
  readonly retention?: string;
  /** Called with the data folder before the start. */
  readonly fill?: (storagePath: string) => Promise<void>;
  /** Serves HTTPS, and asks for a login. */
  readonly tls?: {
    readonly certFile: string;
    readonly keyFile: string;
    readonly user: string;
    readonly bcrypt: string;
  };
}): Promise<RealPrometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'doris-prometheus-'));
  const storagePath = join(folder, 'data');
  const port = await freePort();
  const url = `http${options.tls === undefined ? '' : 's'}://127.0.0.1:${String(port)}`;
  const configFile = join(folder, 'prometheus.yml');
  const interval = options.scrapeInterval ?? '1s';
  await writeFile(
    configFile,
    JSON.stringify({
      global: { scrape_interval: interval, scrape_timeout: interval },
      scrape_configs:
        options.targetsFiles.length === 0
          ? []
          : [{ job_name: 'doris', file_sd_configs: [{ files: options.targetsFiles, refresh_interval: '1s' }] }],
    }),
  );
  const webConfigFile = join(folder, 'web.yml');
  if (options.tls !== undefined) await writeFile(webConfigFile, webConfig(options.tls));
  await options.fill?.(storagePath);

  let child: ChildProcess | undefined;
  let log = '';
  const start = async (): Promise<void> => {
    const started = spawn(
      'prometheus',
      [
        `--config.file=${configFile}`,
        `--storage.tsdb.path=${storagePath}`,
        `--storage.tsdb.retention.time=${options.retention ?? '60d'}`,
        `--web.listen-address=127.0.0.1:${String(port)}`,
        '--log.level=warn',
        ...(options.tls === undefined ? [] : [`--web.config.file=${webConfigFile}`]),
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    child = started;
    started.stderr.on('data', (chunk: Buffer) => {
      log = `${log}${chunk.toString('utf8')}`.slice(-4_000);
    });
    await ready(url, started, () => log);
  };
  const pause = async (): Promise<void> => {
    if (child !== undefined) await end(child);
    child = undefined;
  };
  try {
    await start();
  } catch (error) {
    await pause();
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  return {
    url,
    get pid() {
      return child?.pid ?? 0;
    },
    storagePath,
    start,
    pause,
    stop: async () => {
      await pause();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function ready(url: string, child: ChildProcess, log: () => string): Promise<void> {
  let failure: Error | undefined;
  child.once('error', (error) => {
    failure = error;
  });
  const until = Date.now() + READY_WITHIN_MS;
  while (Date.now() < until && failure === undefined && child.exitCode === null) {
    if (await isReady(url)) return;
    await wait(50);
  }
  throw new Error(`prometheus did not get ready: ${failure?.message ?? log()}`);
}

function webConfig(tls: {
  readonly certFile: string;
  readonly keyFile: string;
  readonly user: string;
  readonly bcrypt: string;
}): string {
  return JSON.stringify({
    tls_server_config: { cert_file: tls.certFile, key_file: tls.keyFile },
    basic_auth_users: { [tls.user]: tls.bcrypt },
  });
}

/** One that asks for a login is up as soon as it asks. */
async function isReady(url: string): Promise<boolean> {
  if (url.startsWith('http:')) return (await fetch(`${url}/-/ready`).catch(() => undefined))?.status === 200;
  return await new Promise((resolve) => {
    request(`${url}/-/ready`, { rejectUnauthorized: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 401);
    })
      .once('error', () => {
        resolve(false);
      })
      .end();
  });
}

function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) {
      resolve();
      return;
    }
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill('SIGTERM');
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
  });
}
