import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SimulatorHandle } from '../../../src/simulator/start.ts';
import { openStore } from '../../../src/store/store.ts';
import { runCommand } from '../../support/command.ts';
import { changingStatements, startTestSimulator } from '../../support/simulator.ts';

let simulator: SimulatorHandle;
let folder: string;
let config: string;

beforeAll(async () => {
  // Busy but for six hours at night, in UTC.
  simulator = await startTestSimulator({ load: (atMs: number) => ((atMs / 3_600_000) % 24 < 6 ? 0.4 : 2.8) });
  folder = mkdtempSync(join(tmpdir(), 'doris-autoscaler-suggest-prometheus-'));
  config = join(folder, 'policy.yaml');
  const { frontends, prometheus } = simulator.description;
  writeFileSync(
    config,
    `version: 1
store: sqlite:${join(folder, 'a.db')}
clusters:
  - name: analytics
    endpoints: [${frontends.map(({ host, mysqlPort }) => `"${host}:${String(mysqlPort)}"`).join(', ')}]
    user: autoscaler
    password: { env: DORIS_PASSWORD }
    prometheus: { url: "${prometheus}" }
    windows: { timezone: UTC, always: true }
    backends: [{ min: 3, max: 9, signals: [{ signal: be_cpu, target: 50% }, { signal: be_disk, target: 70% }] }]
`,
  );
});
afterAll(async () => {
  await simulator.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('suggest without a store that knows two weeks', () => {
  it('asks Prometheus for the load of the backends that are there, and writes nothing', async () => {
    const { out, err, exit } = await runCommand(['suggest', '--config', config, '--since', '15d'], {
      env: { DORIS_PASSWORD: 'autoscaler' },
    });
    expect(err).toMatch(/^warning: analytics be\/default: the policy's windows hold the highest load of all/);
    expect(exit).toBe(0);
    expect(out).toContain('name: idle, days: [ mon-sun ], start: "00:00", end: "06:00"');
    expect(out).toMatch(/# the highest load needed [\d.]+ nodes?, and 30 % for growth; 4 now/);
    expect(out).toMatch(/# expected: [\d.]+ nodes on average instead of 4 now/);
    expect(changingStatements(simulator)).toEqual([]);
    const store = await openStore(join(folder, 'a.db'), { lock: false });
    const range = { from: 0, until: Number.MAX_SAFE_INTEGER };
    expect((await store.loads.read('analytics', { role: 'backend', group: 'default' }, range)).signals).toEqual({});
    await store.close();
  });
});
