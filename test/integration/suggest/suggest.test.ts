import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SLOT_MS } from '../../../src/domain/demand.ts';
import type { LoadSlot } from '../../../src/domain/demand.ts';
import { openStore } from '../../../src/store/store.ts';
import { clockAt, runCommand } from '../../support/command.ts';
import { DAY, slots } from '../../support/decision-input.ts';

/** Monday 2026-03-30 00:00 UTC. */
const NOW = Date.UTC(2026, 2, 30);
let folder: string;
let config: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'doris-autoscaler-suggest-'));
  config = join(folder, 'policy.yaml');
  writeFileSync(config, policyText());
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function policyText(windows = '{ timezone: UTC, always: true, guard: 5m }'): string {
  return `version: 1
store: sqlite:${join(folder, 'a.db')}
clusters:
  - name: analytics
    mode: act
    endpoints: ["127.0.0.1:1"]
    user: autoscaler
    password: { env: DORIS_PASSWORD }
    prometheus: { url: "http://127.0.0.1:1" }
    windows: ${windows}
    backends:
      - min: 3
        max: 30
        step: { out: 20, in: 20 }
        cooldown: { in: 0s }
        signals:
          - { signal: be_cpu, target: 50% }
          - { signal: be_memory, limit: 85% }
`;
}

/** 20 backends: busy by day, two of them enough at night. */
const cpu = (at: number): number => ((at / 3_600_000) % 24 < 6 ? 1 : 5);

async function remember(loads: readonly LoadSlot[]): Promise<void> {
  const store = await openStore(join(folder, 'a.db'), { lock: false });
  await store.loads.merge('analytics', { role: 'backend', group: 'default' }, loads);
  await store.close();
}

const past = (days: number): readonly LoadSlot[] =>
  slots('be_cpu', cpu, { until: NOW, days }).map((slot) => ({ ...slot, nodes: 20 }));

const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  runCommand(['suggest', '--config', config, ...args], { clock: clockAt(NOW), env });

function csv(days: number): string {
  const file = join(folder, 'load.csv');
  const rows = past(days).map(({ slotStartMs, load }) => `${new Date(slotStartMs).toISOString()},${String(load)}`);
  writeFileSync(file, `time,load\n${rows.join('\n')}\n`);
  return file;
}

describe('suggest', () => {
  it('prints a policy in observe that validate takes, from the store alone', async () => {
    await remember(past(28));
    const { out, err, exit } = await run([]);
    expect(exit).toBe(0);
    const suggested = join(folder, 'suggested.yaml');
    writeFileSync(suggested, out);
    const validated = await runCommand(['validate', '--config', suggested, '--json'], {
      clock: clockAt(NOW),
      env: { DORIS_PASSWORD: 'x' },
    });
    expect(JSON.parse(validated.out)).toMatchObject({ ok: true, errors: [] });
    expect(out).toContain('    mode: observe\n');
    expect(out).toContain('- { name: idle, days: [ mon-sun ], start: "00:00", end: "06:00" }');
    expect(out).toContain("# below 50 % of the day's peak on 28 of 28 days; the highest 20.0 % (2026-03-02 00:00)");
    expect(out).toContain('        min: 3\n');
    expect(out).toContain('        max: 20\n');
    expect(out).toContain('password: { env: DORIS_PASSWORD }');
    expect(out).toContain('guard: 5m');
    expect(out).toMatch(/# expected: [\d.]+ nodes on average instead of 20 now, \d+ % fewer node-hours/);
    expect(out).not.toContain('always');
    expect(err).toContain("warning: analytics be/default: the policy's windows hold the highest load of all (10 nodes");
  });

  it('warns only of windows that hold the peak', async () => {
    const nights = '{ timezone: UTC, allow: [{ name: night, days: [mon-sun], start: "01:00", end: "05:00" }] }';
    writeFileSync(config, policyText(nights));
    await remember(past(28));
    expect((await run([])).err).toBe('');
  });

  it('says the same with --json, with the file as text', async () => {
    await remember(past(28));
    const { out } = await run(['--json']);
    const body = JSON.parse(out) as { readonly policy: string };
    expect(body).toMatchObject({
      since: '2026-03-02T00:00:00Z',
      until: '2026-03-30T00:00:00Z',
      clusters: [
        {
          name: 'analytics',
          timezone: 'UTC',
          windows: [
            {
              name: 'idle',
              days: ['mon-sun'],
              start: '00:00',
              end: '06:00',
              evidence: { belowRatio: 0.5, quietDays: 28, knownDays: 28, highestRatio: 0.2 },
            },
          ],
          without: [],
          groups: [
            {
              group: 'default',
              min: 3,
              max: 20,
              evidence: { presentNodes: 20, lowNodes: 2, highestNodes: 10 },
              signals: [{ signal: 'be_cpu', targetRatio: 0.5 }],
              expected: { against: 20, isPresent: true, days: 14, saturatedMinutes: 0 },
            },
          ],
          warnings: [{ group: 'default', windows: 'policy', days: 28, ofDays: 28 }],
        },
      ],
    });
    expect(body.policy).toBe((await run([])).out);
  });

  it('takes the load from a file, and finds the same', async () => {
    await remember(past(28));
    const stored = await run([]);
    const traced = await run(['--trace', csv(28)]);
    const windows = (text: string): string | undefined => /allow:\n(?:.*\n)*?.*end: .*\n/.exec(text)?.[0];
    expect(windows(traced.out)).toBe(windows(stored.out));
    expect(windows(traced.out)).toContain('start: "00:00"');
    expect(traced.out).toContain('        max: 13\n');
    expect(traced.exit).toBe(0);
  });

  it('refuses less than two weeks, and says what is missing and who did not answer', async () => {
    await remember(past(9));
    const { out, err, exit } = await run([], { DORIS_PASSWORD: 'x' });
    expect([out, exit]).toEqual(['', 1]);
    expect(err).toContain('analytics be/default: 9.0 of 14 days of load are known (since 2026-03-21 00:00)');
    expect(err).toContain('http://127.0.0.1:1 cannot be reached');
    const traced = await run(['--trace', csv(13), '--json']);
    expect(traced.exit).toBe(1);
    expect(JSON.parse(traced.err)).toMatchObject({ error: { code: 'not-found' } });
  });

  it('refuses to suggest from one of two loads', async () => {
    const queries = '{ signal: qps, query: "sum(rate(doris_fe_query_total[5m]))", perNode: 400 }';
    writeFileSync(config, policyText().replace('signals:\n', `signals:\n          - ${queries}\n`));
    await remember(past(28));
    const { out, err, exit } = await run([], { DORIS_PASSWORD: 'x' });
    expect([out, exit]).toEqual(['', 1]);
    expect(err).toContain('analytics be/default: 0.0 of 14 days of load are known');
  });

  it.each([
    { says: 'a time that is too short', args: ['--since', '10d'], about: 'is not between 14d and 56d' },
    { says: 'a file that is not there', args: ['--trace', '/nowhere.csv'], about: 'there is no such file' },
    { says: 'a group that is not there', args: ['--group', 'other'], about: 'no node group named other' },
  ])('refuses $says', async ({ args, about }) => {
    const { err, exit } = await run(args);
    expect(exit).toBe(2);
    expect(err).toContain(about);
  });

  it('refuses a load in another unit than the policy says', async () => {
    const file = join(folder, 'queries.csv');
    const rows = past(15).map(({ slotStartMs, load }) => `${String(slotStartMs / 1000)},${String(load * 10_000)}`);
    writeFileSync(file, `time,load\n${rows.join('\n')}\n`);
    const { out, err, exit } = await run(['--trace', file]);
    expect([out, exit]).toEqual(['', 2]);
    expect(err).toMatch(/^analytics be\/default: its highest load would need \d+ nodes\n {2}a signal with target/);
  });

  it('changes the named cluster alone, and keeps what else the file says', async () => {
    const other =
      policyText().split('clusters:\n')[1]?.replace('analytics', 'other').replaceAll('127.0.0.1:1', '127.0.0.2:1') ??
      '';
    writeFileSync(config, `${policyText()}${other}`);
    await remember(past(28));
    const { out, exit } = await run(['--cluster', 'analytics']);
    expect(exit).toBe(0);
    expect([...out.matchAll(/^ {4}mode: (\w+)$/gm)].map(([, mode]) => mode)).toEqual(['observe', 'act']);
    expect(out.match(/always: true/g)).toHaveLength(1);
    expect(readFileSync(config, 'utf8')).toContain('always: true');
  });

  it.each([
    { of: 'a file', days: 15, since: '2026-03-15', args: () => ['--trace', csv(15)] },
    { of: 'the store', days: 15, since: '2026-03-15', args: () => [] },
    { of: 'the store, with more than was asked for', days: 28, since: '2026-03-16', args: () => ['--since', '14d'] },
  ])('says to begin with the first load that is known of $of', async ({ days, since, args }) => {
    await remember(past(days));
    const { out } = await run(args());
    expect(out).toContain(`analytics: by the load from ${since} 00:00 to 2026-03-30 00:00 (UTC)`);
    const body: unknown = JSON.parse((await run([...args(), '--json'])).out);
    expect(body).toMatchObject({ since: `${since}T00:00:00Z`, until: '2026-03-30T00:00:00Z' });
  });

  it('compares with the nodes that served last, while no look at the cluster is recorded', async () => {
    const grown = (slot: LoadSlot): LoadSlot => ({ ...slot, nodes: slot.slotStartMs < NOW - 3 * DAY ? 12 : 20 });
    await remember(past(28).map(grown));
    const { out } = await run([]);
    expect(out).toMatch(/# expected: [\d.]+ nodes on average instead of 20 now/);
    expect(out).toMatch(/30 % for growth; 20 now/);
  });

  describe('of a cluster with several groups', () => {
    const WARNING =
      'analytics: the suggested windows are by the load of be/default alone, and the whole cluster has them: be/etl, be/adhoc may be busy then';
    const more = ['etl', 'adhoc'].map(
      (group) => `      - { group: ${group}, min: 3, max: 9, signals: [{ signal: be_cpu, target: 50% }] }\n`,
    );
    beforeEach(async () => {
      writeFileSync(config, `${policyText()}${more.join('')}`.replace('- min: 3', '- group: default\n        min: 3'));
      await remember(past(28));
    });

    it.each([
      ['the store', () => []],
      ['a file', () => ['--trace', csv(28)]],
    ])('warns that the windows are by the named group alone, by the load from %s', async (_, from) => {
      const args = ['--group', 'default', ...from()];
      const { out, err, exit } = await run(args);
      expect(exit).toBe(0);
      expect(err).toContain(`warning: ${WARNING}\n`);
      expect(out).toContain(`# WARNING ${WARNING}\n`);
      const { clusters } = JSON.parse((await run([...args, '--json'])).out) as {
        readonly clusters: readonly { readonly warnings: readonly object[] }[];
      };
      expect(clusters[0]?.warnings.slice(-2)).toEqual(
        ['etl', 'adhoc'].map((group) => ({
          group,
          windows: 'suggested',
          at: null,
          days: null,
          ofDays: null,
          message: WARNING,
        })),
      );
    });

    it('does not where all of them were looked at', async () => {
      const store = await openStore(join(folder, 'a.db'), { lock: false });
      for (const group of ['etl', 'adhoc']) await store.loads.merge('analytics', { role: 'backend', group }, past(28));
      await store.close();
      const { err, exit } = await run([]);
      expect(exit).toBe(0);
      expect(err).not.toContain('alone');
    });
  });

  it('counts slots as the store has them: five minutes each', () => {
    expect(past(1)).toHaveLength(DAY / SLOT_MS);
  });
});
