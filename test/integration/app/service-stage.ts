import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import type { Service } from '../../../src/app/service/service.ts';
import { startService } from '../../../src/app/service/service.ts';
import type { SimulatorDescription } from '../../../src/simulator/wire/describe.ts';
import { systemClock } from '../../../src/time/system-clock.ts';
import { seriesOf } from '../../support/series.ts';
import { SHUT } from '../../support/stage.ts';
import { waitFor } from '../../support/wait-for.ts';

export interface PolicyParts {
  /** Names; the first acts, the others only look at the same cluster. */
  readonly clusters?: readonly string[];
  readonly mode?: string;
  readonly user?: string;
  readonly min?: number;
  readonly windows?: string;
  readonly server?: string;
  readonly interval?: string;
  readonly groupName?: string;
  readonly extra?: string;
}

export interface ServiceStage {
  readonly folder: string;
  readonly config: string;
  /** Files of secrets that the policy names: `password`, `token`. */
  secret(name: 'password' | 'token', value: string): void;
  policy(parts?: PolicyParts): void;
  /** Writes the policy file as it is given. */
  text(yaml: string): void;
  policyText(parts?: PolicyParts): string;
  start(): Promise<StartedStage>;
  end(): Promise<void>;
}

export interface StartedStage {
  readonly service: Service;
  readonly address: string;
  readonly lines: () => readonly Record<string, unknown>[];
  readonly log: () => string;
  get(path: string, token?: string): Promise<{ readonly status: number; readonly body: unknown }>;
  series(): Promise<ReadonlyMap<string, number>>;
  until<T>(what: string, look: () => Promise<T | undefined | false> | T | undefined | false): Promise<T>;
}

/** The service of `run` in this process, with real files, a real store, real HTTP and a simulated Doris on real sockets. */
export function serviceStage(doris: SimulatorDescription): ServiceStage {
  const folder = mkdtempSync(join(tmpdir(), 'doris-autoscaler-service-'));
  const config = join(folder, 'policy.yaml');
  const services: Service[] = [];
  const endpoints = doris.frontends.map(({ host, mysqlPort }) => `"${host}:${String(mysqlPort)}"`).join(', ');

  const secret = (name: string, value: string): void => {
    writeFileSync(join(folder, name), `${value}\n`);
  };
  secret('password', 'autoscaler');
  secret('token', 'first-token');

  const policyText = (parts: PolicyParts = {}): string => {
    const names = parts.clusters ?? ['analytics'];
    const cluster = (name: string, index: number): string => `  - name: ${name}
    mode: ${index === 0 ? (parts.mode ?? 'act') : 'observe'}
    endpoints: [${endpoints}]
    user: ${parts.user ?? 'autoscaler'}
    password: { file: ${join(folder, 'password')} }
    prometheus: { url: "${doris.prometheus}", labels: { cluster: analytics } }
    windows: ${parts.windows ?? SHUT}
    backends: [{ group: ${parts.groupName ?? 'default'}, min: ${String(parts.min ?? 3)}, max: 9, signals: [{ signal: be_cpu, target: 60% }] }]
`;
    return `version: 1
store: sqlite:${join(folder, 'autoscaler.db')}
interval: ${parts.interval ?? '1s'}
server: ${parts.server ?? '{ listen: "127.0.0.1:0" }'}
${parts.extra ?? ''}clusters:
${names.map(cluster).join('')}`;
  };

  return {
    folder,
    config,
    secret,
    policyText,
    policy: (parts) => {
      writeFileSync(config, policyText(parts));
    },
    text: (yaml) => {
      writeFileSync(config, yaml);
    },
    async start() {
      let log = '';
      const destination = new Writable({
        write: (chunk: Buffer, _encoding, done) => {
          log += chunk.toString();
          done();
        },
      });
      const started = await startService({
        configPath: config,
        env: {},
        clock: systemClock(),
        version: '1.2.3',
        log: { level: 'debug', pretty: false, destination },
      });
      if (!started.ok) throw new Error(`${started.error.code}: ${started.error.message}`);
      services.push(started.service);
      const lines = (): readonly Record<string, unknown>[] =>
        log
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => JSON.parse(line) as Record<string, unknown>);
      const address = String(lines().find((line) => line['msg'] === 'running')?.['address']);
      return {
        service: started.service,
        address,
        lines,
        log: () => log,
        async get(path, token) {
          const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
          const reply = await fetch(`${address}${path}`, { headers });
          return { status: reply.status, body: await reply.json() };
        },
        async series() {
          return seriesOf(await (await fetch(`${address}/metrics`)).text());
        },
        async until(what, look) {
          return await waitFor(what, look, { timeoutMs: 60_000, everyMs: 50 }).catch((error: unknown) => {
            throw new Error(`${String(error)}\n${log.slice(-6_000)}`, { cause: error });
          });
        },
      };
    },
    async end() {
      for (const service of services) await service.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
