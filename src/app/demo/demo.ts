import type { Operation } from '../../domain/operation.ts';
import type { ClusterPolicy } from '../../domain/policy.ts';
import type { DecisionRecord } from '../../domain/record.ts';
import { startServer } from '../../server/server.ts';
import type { RunningServer, ServerOptions } from '../../server/server.ts';
import { officeLoad } from '../../simulator/load/office-load.ts';
import { demoPolicy } from './demo-policy.ts';
import { silent, startRehearsal } from './rehearsal.ts';
import type { Rehearsal } from './rehearsal.ts';
import { serverSource } from '../service/server-source.ts';
import { ulids } from '../../time/ulids.ts';

const HOUR_MS = 3_600_000;
const WEEK_MS = 7 * 24 * HOUR_MS;
export const DEMO_ZONE = 'Asia/Shanghai';
/** A Thursday evening; month-end begins on the Wednesday after it. */
const START = '2026-11-19T20:00:00+08:00[Asia/Shanghai]';

export interface DemoOptions {
  /** How many times as fast as life. */
  readonly factor: number;
  readonly version: string;
  readonly listen: string;
  readonly stopping: AbortSignal;
  /** What stands above the week. */
  readonly head: (text: string) => void;
  /** One event, at the demo's own time. */
  readonly say: (atMs: number, text: string) => void;
  readonly explain: (record: DecisionRecord, policy: ClusterPolicy) => string;
  readonly tell: (operation: Operation) => readonly string[];
}

/** One week of a simulated cluster under the real daemon. Resolves to false when `stopping` was aborted before its end. */
export async function runDemo(options: DemoOptions): Promise<boolean> {
  const startAtMs = Temporal.ZonedDateTime.from(START).epochMilliseconds;
  const rehearsal = await startRehearsal({
    startAtMs,
    factor: options.factor,
    version: options.version,
    cluster: {
      version: '4.0',
      seed: 7,
      speed: 1,
      frontends: 3,
      backends: 8,
      spareBackends: 4,
      spareBackendsRunning: true,
      portBase: 0,
      hostPrefix: '127.88.0.',
      load: officeLoad({ peak: 3.2, seed: 7, utcOffsetMs: 8 * HOUR_MS }),
    },
    policy: (cluster, store) => demoPolicy(cluster, { store, listen: options.listen, zone: DEMO_ZONE }),
  });
  try {
    const { clock, daemon, store, policy } = rehearsal;
    const source = serverSource(daemon, store, { clock, ids: ulids() });
    const server = await startAnywhere({
      policy: policy.server,
      access: () => policy.server,
      source,
      version: options.version,
      log: silent,
    });
    try {
      options.head(rehearsal.policyText);
      options.head(`API  ${server.address}/api/v1/clusters   metrics  ${server.address}/metrics`);
      narrate(rehearsal, options);
      await clock.sleep(startAtMs + WEEK_MS - clock.now(), options.stopping).catch(() => undefined);
      return !options.stopping.aborted;
    } finally {
      await server.close();
    }
  } finally {
    await rehearsal.stop();
  }
}

/** A demo needs no port of its own: another one does when the usual is taken. */
async function startAnywhere(options: ServerOptions): Promise<RunningServer> {
  try {
    return await startServer(options);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    return await startServer({ ...options, policy: { ...options.policy, port: 0 } });
  }
}

function narrate({ daemon, policy, clock }: Rehearsal, options: DemoOptions): void {
  const said = new Map<string, string>();
  daemon.subscribe({
    decision(record) {
      const cluster = policy.clusters.find((each) => each.name === record.cluster);
      if (cluster === undefined) return;
      const answer = record.groups
        .map((group) => [group.action, group.current, group.desired, ...group.reasons].join(' '))
        .join('; ');
      if (said.get(record.cluster) === answer) return;
      said.set(record.cluster, answer);
      options.say(record.at, options.explain(record, cluster));
    },
    operation(operation) {
      for (const line of options.tell(operation)) options.say(clock.now(), line);
    },
  });
}
