import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { command, daemon } from '../support/daemon-process.ts';
import type { RunningDaemon } from '../support/daemon-process.ts';
import { startGaugeExporter } from '../support/gauge-exporter.ts';
import { fillHistory } from '../support/history.ts';
import { startPrometheus } from '../support/prometheus.ts';
import { changingStatements, startTestSimulator } from '../support/simulator.ts';
import { waitFor } from '../support/wait-for.ts';

const DAY_MS = 86_400_000;
const ENV = { DORIS_PASSWORD: 'autoscaler' };

describe('a policy of ten lines, a cluster on the wire and a real Prometheus', () => {
  const cleanups: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
  });

  async function stage(options: { readonly windows: string }) {
    const folder = await mkdtemp(join(tmpdir(), 'doris-autoscaler-'));
    cleanups.push(() => rm(folder, { recursive: true, force: true }));
    const simulator = await startTestSimulator({ backends: 4, speed: 120, backendBytes: 256 * 1024 * 1024 });
    cleanups.push(() => simulator.stop());
    const exporter = await startGaugeExporter(folder, { cluster: 'analytics' });
    exporter.set('shop_queries', 150);
    cleanups.push(() => exporter.stop());
    const now = Date.now();
    const prometheus = await startPrometheus({
      targetsFiles: [exporter.targetsFile],
      scrapeInterval: '1s',
      fill: (path) =>
        fillHistory(path, [{ name: 'shop_queries', labels: exporter.seriesLabels, value: () => 160 }], {
          fromMs: now - 9 * DAY_MS,
          untilMs: now,
          stepMs: 30_000,
        }),
    });
    cleanups.push(() => prometheus.stop());
    const config = join(folder, 'policy.yaml');
    const endpoints = simulator.description.frontends
      .map((each) => `"${each.host}:${String(each.mysqlPort)}"`)
      .join(', ');
    await writeFile(
      config,
      `version: 1
store: sqlite:${join(folder, 'autoscaler.db')}
interval: 1s
server: { listen: "127.0.0.1:0" }
clusters:
  - name: analytics
    mode: act
    endpoints: [${endpoints}]
    user: autoscaler
    password: { env: DORIS_PASSWORD }
    prometheus: { url: "${prometheus.url}" }
    windows: ${options.windows}
    backends:
      - { group: default, min: 3, max: 6, signals: [{ signal: queries, query: shop_queries, perNode: 100 }] }
`,
    );
    const run = (): RunningDaemon => {
      const running = daemon(config, ENV);
      cleanups.push(() => running.kill());
      return running;
    };
    return { simulator, prometheus, exporter, config, run };
  }

  const backendsOf = (simulator: Awaited<ReturnType<typeof stage>>['simulator']): number =>
    simulator.cluster.backends().filter((backend) => backend.registered).length;

  it('removes one backend in an open window from start to end, and a kill -9 in mid-migration changes nothing', async () => {
    const { simulator, config, run } = await stage({ windows: '{ timezone: UTC, always: true }' });
    let running = run();
    await waitFor(
      `a decommission is under way\n${running.log()}`,
      () => changingStatements(simulator).some((text) => text.includes('ALTER SYSTEM DECOMMISSION')),
      { timeoutMs: 60_000 },
    );
    await running.kill();
    expect(backendsOf(simulator)).toBe(4);
    running = run();
    await waitFor('the row is gone', () => backendsOf(simulator) === 3, { timeoutMs: 90_000 }).catch(
      (error: unknown) => {
        throw new Error(`${String(error)}\n${running.log()}`);
      },
    );
    const ended = await waitFor(
      'the operation succeeded',
      async () => {
        const { stdout } = await command(['operations', '--config', config, '--json'], ENV);
        const body = JSON.parse(stdout) as { operations: { state: string; kind: string; steps: unknown[] }[] };
        return body.operations.find((operation) => operation.state === 'succeeded');
      },
      { timeoutMs: 60_000, everyMs: 500 },
    );
    expect(ended.kind).toBe('remove-backend');
    const decommissions = changingStatements(simulator).filter((text) => text.startsWith('ALTER SYSTEM DECOMMISSION'));
    expect(decommissions).toHaveLength(1);
    expect(changingStatements(simulator).some((text) => text.includes('DROPP'))).toBe(false);
    expect(await running.stop()).toBe(0);
  });

  it('sends nothing that changes the cluster while the window is closed, and says when it opens', async () => {
    const { simulator, config, run } = await stage({
      windows: '{ timezone: UTC, allow: [{ name: later, cron: "0 0 1 1 *", duration: 1h }] }',
    });
    const running = run();
    const explained = await waitFor(
      'a decision holds for the window',
      async () => {
        const { exitCode, stdout } = await command(['explain', '--config', config, '--json'], ENV);
        if (exitCode !== 0) return undefined;
        const body = JSON.parse(stdout) as {
          groups: { action: string; recommended: number; reasons: string[]; wouldChangeIf: unknown[] }[];
        };
        return body.groups.find((group) => group.reasons.includes('outside-window'));
      },
      { timeoutMs: 60_000, everyMs: 500 },
    ).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${running.log()}`);
    });
    expect(explained.action).toBe('hold');
    expect(explained.recommended).toBe(3);
    expect(explained.wouldChangeIf.length).toBeGreaterThan(0);
    expect(changingStatements(simulator)).toEqual([]);
    expect(await running.stop()).toBe(0);
  });
});
