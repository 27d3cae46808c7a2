import { readFileSync } from 'node:fs';
import { loadPolicy } from '../../config/load-policy.ts';
import type { LoadDeps } from '../../config/load-policy.ts';
import { formatProblem } from '../../config/problem.ts';
import { watchPolicy } from '../../config/watch-policy.ts';
import type { ErrorCode } from '../../domain/codes.ts';
import type { Policy } from '../../domain/policy.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import { pinoLog } from '../../logging/pino-log.ts';
import type { LogOptions } from '../../logging/pino-log.ts';
import { startServer } from '../../server/server.ts';
import { openStore } from '../../store/store.ts';
import { StoreError } from '../../store/errors.ts';
import { cronTicker } from '../../time/cron-ticker.ts';
import { ulids } from '../../time/ulids.ts';
import { createDaemon } from '../daemon/daemon.ts';
import type { Daemon } from '../daemon/daemon.ts';
import { watchApproval } from '../policy-change/approval-watch.ts';
import { firstPolicy } from '../policy-change/first-policy.ts';
import { keep } from '../policy-change/kept-policy.ts';
import { policyLedger } from '../policy-change/ledger.ts';
import { reloadGate } from '../policy-change/reload-gate.ts';
import type { ReloadGate, RightPolicy } from '../policy-change/reload-gate.ts';
import { comparePoliciesAside } from '../worker/compare-policies-aside.ts';
import { lifecycle } from './lifecycle.ts';
import { reloader } from './reload.ts';
import { secretsOf } from './secrets-of.ts';
import { serverSource } from './server-source.ts';
import { loadPolicyAside } from '../worker/load-policy-aside.ts';

/** Only the daemon may need so long; all parts together stay below the 10 s that a supervisor waits. */
const STOP_PART_MS = 8_500;
const WATCH_DEBOUNCE_MS = 500;

export interface ServiceOptions {
  readonly configPath: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly version: string;
  readonly log: LogOptions;
}

export interface Service {
  /** Reads the configuration again; a bad one is refused and the last good one stays in force. */
  reload(cause: string): void;
  stop(): Promise<void>;
}

export interface StartError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string | undefined;
}

export type Started =
  | { readonly ok: true; readonly service: Service }
  | { readonly ok: false; readonly error: StartError };

/** The daemon as a process runs it: policy, store, evaluations, HTTP, reload. What was started is stopped when it fails. */
export async function startService(options: ServiceOptions): Promise<Started> {
  const { clock } = options;
  const log = await pinoLog(options.log);
  const deps = { env: options.env, at: clock.now(), readFile: (file: string) => readFileSync(file, 'utf8') };
  const loaded = loadPolicy(options.configPath, deps);
  if (!loaded.ok)
    return { ok: false, error: { code: 'config-invalid', message: loaded.errors.map(formatProblem).join('\n') } };
  log.hide(secretsOf(loaded.policy));
  for (const warning of loaded.warnings) log.warn('configuration', { problem: formatProblem(warning) });

  const life = lifecycle(log, clock, STOP_PART_MS);
  let changed = false;
  let onChange = (): void => {
    changed = true;
  };
  // Watched from the moment of reading: what changes during the start is not lost.
  const watching = watchPolicy({
    paths: [options.configPath, ...loaded.sources],
    onChange: () => {
      onChange();
    },
    debounceMs: WATCH_DEBOUNCE_MS,
  });
  life.onStop('watch', () => {
    watching.close();
  });

  const started = await startParts(loaded, deps, options, log, life).catch(startError);
  if ('code' in started) {
    await life.stop();
    return { ok: false, error: started };
  }
  const { daemon, address, gate, policy, untried } = started;
  const reload = reloader({
    load: () => loadPolicyAside({ path: options.configPath, env: options.env, at: clock.now() }),
    daemon,
    gate,
    log,
    started: policy,
    onRead: ({ sources }) => {
      // Without any source nothing could be read, and what was watched may come back.
      if (sources.length > 0) watching.watchPaths([options.configPath, ...sources]);
    },
  });
  life.onStop('reload', () => {
    reload.stop();
  });
  const watch = watchApproval({
    clock,
    approved: () => gate.approved(),
    onApproved: () => {
      reload.reload('approved');
    },
  });
  life.onStop('approvals', () => {
    watch.stop();
  });
  onChange = () => {
    reload.reload('file');
  };
  if (changed || untried) reload.reload('file');
  log.info('running', {
    version: options.version,
    address,
    clusters: policy.clusters.map((cluster) => cluster.name),
    revision: policy.revision,
  });
  return {
    ok: true,
    service: {
      reload: (cause) => {
        reload.reload(cause);
      },
      async stop() {
        log.info('stopping');
        await life.stop();
        log.info('stopped');
        log.flush();
      },
    },
  };
}

interface Parts {
  readonly daemon: Daemon;
  readonly address: string;
  readonly gate: ReloadGate;
  /** The one that the process begins with. */
  readonly policy: Policy;
  /** The file is to be tried on the past before it is taken. */
  readonly untried: boolean;
}

/** Store, daemon and server, each stopped by the lifecycle. */
async function startParts(
  file: RightPolicy,
  deps: LoadDeps,
  options: ServiceOptions,
  log: Awaited<ReturnType<typeof pinoLog>>,
  life: ReturnType<typeof lifecycle>,
): Promise<Parts> {
  const { clock, version } = options;
  const storePath = file.policy.store.path;
  const store = await openStore(storePath, { lock: true });
  life.onStop('store', () => store.close());
  const ledger = policyLedger(store.memory);
  const { loaded, waiting, untried } = await firstPolicy(file, { ledger, log, deps, at: clock.now() });
  const { policy } = loaded;
  log.hide(secretsOf(policy));
  const ids = ulids();
  const daemon = createDaemon({ policy, store, clock, ticker: cronTicker, ids, log, version });
  life.onStop('daemon', () => daemon.stop());
  const source = serverSource(daemon, store, { clock, ids });
  const server = await startServer({
    policy: policy.server,
    access: () => daemon.policy().server,
    source,
    version,
    log,
  });
  life.onStop('server', () => server.close());
  await daemon.begin();
  const gate = reloadGate({
    ledger,
    started: keep(loaded),
    waiting,
    now: () => clock.now(),
    compare: (before, after) => comparePoliciesAside({ before, after, storePath, at: clock.now() }),
  });
  return { daemon, address: server.address, gate, policy, untried };
}

function startError(error: unknown): StartError {
  if (error instanceof StoreError) return { code: error.code, message: error.message, hint: error.hint };
  if (!(error instanceof Error)) return { code: 'internal', message: String(error) };
  if ('syscall' in error && error.syscall === 'listen')
    return {
      code: 'listen-failed',
      message: `server.listen cannot be taken: ${error.message}`,
      hint: 'another process has it; or choose one that is free: server: { listen: "127.0.0.1:8089" }',
    };
  return { code: 'internal', message: error.message };
}
