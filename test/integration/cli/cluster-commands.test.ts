import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SimulatorHandle } from '../../../src/simulator/start.ts';
import { openStore } from '../../../src/store/store.ts';
import { runCommand } from '../../support/command.ts';
import { changingStatements, startTestSimulator } from '../../support/simulator.ts';

let simulator: SimulatorHandle;
let folder: string;
let config: string;
beforeAll(async () => {
  simulator = await startTestSimulator();
  folder = mkdtempSync(join(tmpdir(), 'doris-autoscaler-cluster-commands-'));
  config = join(folder, 'policy.yaml');
});
afterAll(async () => {
  await simulator.stop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  writeFileSync(config, policyText());
});

function policyText(
  parts: { readonly user?: string; readonly group?: string; readonly endpoints?: string } = {},
): string {
  const { frontends, prometheus } = simulator.description;
  const endpoints = frontends.map(({ host, mysqlPort }) => `"${host}:${String(mysqlPort)}"`).join(', ');
  return `version: 1
store: sqlite:${join(folder, 'a.db')}
clusters:
  - name: analytics
    mode: act
    endpoints: [${parts.endpoints ?? endpoints}]
    user: ${parts.user ?? 'autoscaler'}
    password: { env: DORIS_PASSWORD }
    prometheus: { url: "${prometheus}", labels: { cluster: analytics } }
    windows: { timezone: Asia/Shanghai, allow: [{ name: night, days: [mon-sun], start: "01:00", end: "06:00" }] }
    backends: [{ group: ${parts.group ?? 'default'}, min: 3, max: 9, signals: [{ signal: be_cpu, target: 60% }] }]
`;
}

const run = (args: readonly string[], password = 'autoscaler') =>
  runCommand([...args, '--config', config], { env: { DORIS_PASSWORD: password } });

interface PlanBody {
  readonly at: string;
  readonly clusters: readonly {
    readonly name: string;
    readonly mode: string;
    readonly groups: readonly { readonly group: string; readonly current: number; readonly action: string }[];
    readonly observation?: { readonly topology: { readonly value: { readonly backends: readonly unknown[] } } };
  }[];
}

describe('plan', () => {
  it('shows what an evaluation now would do, and changes and records nothing', async () => {
    const { out, exit } = await run(['plan', '--json']);
    expect(exit).toBe(0);
    const { clusters } = JSON.parse(out) as PlanBody;
    expect(clusters).toMatchObject([{ name: 'analytics', mode: 'act', groups: [{ group: 'default', current: 4 }] }]);
    expect(changingStatements(simulator)).toEqual([]);
    const store = await openStore(join(folder, 'a.db'), { lock: false });
    expect(await store.records.latest('analytics')).toBeUndefined();
    await store.close();
  });

  it('of a later instant has that instant and its window, in text as in JSON', async () => {
    const tomorrow = Temporal.Now.zonedDateTimeISO('Asia/Shanghai').add({ days: 1 }).with({ hour: 2, minute: 10 });
    const at = tomorrow.toInstant().round('second').toString();
    const body = JSON.parse((await run(['plan', '--at', at, '--json'])).out) as PlanBody;
    expect(body.at).toBe(at);
    const { out } = await run(['plan', '--at', at]);
    expect(out).toMatch(
      /^analytics {3}\w{3} 02:10 Asia\/Shanghai {3}act {3}window night, 3 h \d+ min left\n {2}be\/default/,
    );
  });

  it('--stage observe ends with what is seen', async () => {
    const body = JSON.parse((await run(['plan', '--stage', 'observe', '--json'])).out) as PlanBody;
    expect(Object.keys(body.clusters[0] ?? {})).toEqual(['name', 'mode', 'observation']);
    expect(body.clusters[0]?.observation?.topology.value.backends).toHaveLength(4);
    const { out } = await run(['plan', '--stage', 'observe']);
    expect(out).toMatch(
      /^analytics {3}3 frontends, 4 backends, master .*\n {2}be\/default {3}be_cpu {3}ok {3}5\d %, \d+ s old\n$/,
    );
  });

  it('of a Doris that cannot be reached holds, with exit 0', async () => {
    writeFileSync(config, policyText({ endpoints: '"127.0.0.1:1"' }));
    const { out, exit } = await run(['plan']);
    expect(exit).toBe(0);
    expect(out).toContain('be/default: topology-unknown');
    expect(out).toContain('127.0.0.1:1 cannot be reached');
  });
});

describe('doctor', () => {
  interface DoctorBody {
    readonly ok: boolean;
    readonly clusters: readonly {
      readonly name: string;
      readonly findings: readonly { level: string; subject: string; message: string; mend: string | null }[];
    }[];
  }

  it('of a cluster in order is ok, with a line for each thing that it looked at', async () => {
    const { out, exit } = await run(['doctor', '--json']);
    const body = JSON.parse(out) as DoctorBody;
    const findings = body.clusters[0]?.findings ?? [];
    expect(findings.filter(({ level }) => level === 'fail')).toEqual([]);
    expect([exit, body.ok]).toEqual([0, true]);
    const subjects = findings.map(({ subject }) => subject);
    const endpoints = simulator.description.frontends.map(({ host, mysqlPort }) => `${host}:${String(mysqlPort)}`);
    expect(subjects).toEqual(
      expect.arrayContaining([...endpoints, 'version', 'clock', 'privileges', 'be/default', 'be_cpu', 'store']),
    );
  });

  it('prints a FAIL with the statement that mends it, and exits 1', async () => {
    writeFileSync(config, policyText({ user: 'adm' }));
    const { out, exit } = await run(['doctor'], 'adm');
    expect(exit).toBe(1);
    expect(out).toContain("lacks NODE_PRIV\n        GRANT NODE_PRIV ON *.*.* TO 'adm'@'%';\n");
    expect(out).toMatch(/\n1 failed, \d+ warnings?\. This cluster runs in observe until what failed is mended\.\n$/);
  });

  it('names the tags that there are when a group has none', async () => {
    writeFileSync(config, policyText({ group: 'reports' }));
    const { out, exit } = await run(['doctor']);
    expect(exit).toBe(1);
    expect(out).toMatch(/FAIL +be\/reports +no backend has the tag reports; there are: default\n {8}group: default\n/);
  });

  it('of a wrong password says it once for each endpoint and never shows it', async () => {
    const { out, err, exit } = await run(['doctor'], 'not-the-password');
    expect(exit).toBe(1);
    expect(out).toMatch(/FAIL {2}127\.\S+:\d+ +Access denied for user 'autoscaler/);
    expect(out + err).not.toContain('not-the-password');
  });
});
