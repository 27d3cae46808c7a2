import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { slotsOf } from '../../../src/backtest/trace/trace.ts';
import { openStore } from '../../../src/store/store.ts';
import { clockAt, runCommand } from '../../support/command.ts';
import { DAY, MINUTE } from '../../support/decision-input.ts';
import { generatedLoad, LOADS_START } from '../../support/loads.ts';

const DAYS = 16;
let folder: string;
let config: string;
let csv: string;
const loads = generatedLoad('office hours', DAYS);
const from = new Date(LOADS_START + 9 * DAY).toISOString();

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'doris-autoscaler-backtest-'));
  config = join(folder, 'policy.yaml');
  csv = join(folder, 'load.csv');
  writeFileSync(config, policyText());
  writeFileSync(csv, csvText('load'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Nothing listens there: the store is what is known. */
function policyText(more = ''): string {
  return `version: 1
store: sqlite:${join(folder, 'a.db')}
clusters:
  - name: analytics
    endpoints: ["127.0.0.1:1"]
    user: autoscaler
    prometheus: { url: "http://127.0.0.1:1" }
    windows: { timezone: UTC, allow: [{ name: night, days: [mon-sun], start: "01:00", end: "05:00" }] }
    backends:
      - group: default
        min: 3
        max: 40
        step: { out: 4, in: 4 }
        cost: { nodeHour: 1.5, currency: CNY }
        signals: [{ signal: be_cpu, target: 50% }, { signal: be_disk, target: 70% }]
${more}`;
}

function csvText(name: string, scale = 1): string {
  const values = loads.columns[0]?.values ?? new Float64Array();
  const lines: string[] = [];
  for (let minute = 0; minute < values.length; minute += 5) {
    lines.push(`${new Date(LOADS_START + minute * MINUTE).toISOString()},${String((values[minute] ?? 0) * scale)}`);
  }
  return `time,${name}\n${lines.join('\n')}\n`;
}

interface Body {
  readonly nodeHours: number;
  readonly cost: { readonly amount: number; readonly currency: string };
  readonly changes: number;
  readonly capture: number;
  readonly startNodes: number;
  readonly baselines: Readonly<Record<string, { readonly nodeHours: number }>>;
  readonly decisionsHash: string;
  readonly decisions: readonly { readonly at: string }[];
}

const json = async (...args: readonly string[]): Promise<Body> => {
  const { out, err, exit } = await runCommand(['backtest', '--config', config, '--json', ...args], {
    clock: clockAt(LOADS_START + DAYS * DAY),
  });
  expect(exit, err).toBe(0);
  return JSON.parse(out) as Body;
};

describe('backtest --trace', () => {
  it('prints figures, baselines and what was taken for granted', async () => {
    const { out, exit } = await runCommand(['backtest', '--config', config, '--trace', csv, '--from', from]);
    expect(exit).toBe(0);
    for (const text of ['this policy', 'static (', 'HPA in the windows', 'trailing 8-day maximum', 'optimum', 'CNY']) {
      expect(out).toContain(text);
    }
    expect(out).toContain('not in the trace, hence left out: be_disk');
    expect(out).toMatch(/decisions {2}[0-9a-f]{64}/);
  });

  it('has the same as stable JSON, the same every time', async () => {
    const body = await json('--trace', csv, '--from', from);
    expect(Object.keys(body.baselines)).toEqual(['static', 'hpa', 'hpaInWindows', 'trailingMaximum', 'optimum']);
    expect(body.cost).toEqual({ amount: body.nodeHours * 1.5, currency: 'CNY' });
    expect(body.decisionsHash).toMatch(/^[0-9a-f]{64}$/);
    expect(body.changes).toBe(body.decisions.length);
    const { static: peak, optimum } = body.baselines;
    const saved = (peak?.nodeHours ?? 0) - (optimum?.nodeHours ?? 0);
    expect(body.capture).toBeCloseTo(((peak?.nodeHours ?? 0) - body.nodeHours) / saved);
    expect(await json('--trace', csv, '--from', from)).toEqual(body);
  });

  it('begins with the nodes of --start', async () => {
    expect((await json('--trace', csv, '--from', from, '--start', '33')).startNodes).toBe(33);
  });

  it('writes a chart that needs nothing else', async () => {
    const chart = join(folder, 'chart.html');
    await json('--trace', csv, '--from', from, '--html', chart);
    const page = readFileSync(chart, 'utf8');
    expect(page).toMatch(/<path class="load" d="M[^"]{100}/);
    expect(page).toMatch(/<path class="nodes" d="M/);
    expect(page).toContain('class="window"');
    expect(page).not.toMatch(/(?:src|href)=|https?:/);
  });

  it.each([
    ['a folder that is not there', () => join(folder, 'nowhere', 'chart.html')],
    ['a folder in place of a file', () => folder],
  ])('prints the result even where the chart cannot be written: %s', async (_, where) => {
    const chart = where();
    const args = ['backtest', '--config', config, '--trace', csv, '--from', from, '--html', chart];
    const { out, err, exit } = await runCommand(args);
    expect(exit).toBe(2);
    expect(out).toMatch(/decisions {2}[0-9a-f]{64}/);
    expect(err).toMatch(/^--html .+ cannot be written: .+\n {2}a file in a folder that is there\n$/);
    expect(err).toContain(`--html ${chart} `);
    const asJson = await runCommand([...args, '--json']);
    expect(JSON.parse(asJson.out)).toHaveProperty('decisionsHash');
    expect(JSON.parse(asJson.err)).toMatchObject({ error: { code: 'bad-input' } });
  });

  it.each([
    [
      'an unknown column',
      'time,qps\n2026-01-01T00:00:00Z,1\n2026-01-01T00:05:00Z,1\n',
      ':1:6: qps: column "qps" is no signal',
    ],
    [
      'NaN',
      'time,load\n2026-01-01T00:00:00Z,1\n2026-01-01T00:05:00Z,NaN\n',
      ':3:22: load: NaN is no load; right would be',
    ],
  ])('refuses %s by file, line and column', async (_, text, message) => {
    const bad = join(folder, 'bad.csv');
    writeFileSync(bad, text);
    const { err, out, exit } = await runCommand(['backtest', '--config', config, '--trace', bad]);
    expect({ exit, out }).toEqual({ exit: 2, out: '' });
    expect(err).toContain(`${bad}${message}`);
    const asJson = await runCommand(['backtest', '--config', config, '--trace', bad, '--json']);
    expect(JSON.parse(asJson.err)).toMatchObject({ error: { code: 'trace-invalid', file: bad } });
  });

  it.each([
    ['neither trace nor since', []],
    ['both', ['--trace', 'x.csv', '--since', '28d']],
    ['a file that is not there', ['--trace', '/nowhere.csv']],
    ['a since that is no duration', ['--since', 'long']],
    ['a from that is no instant', ['--trace', 'x.csv', '--from', 'monday']],
    ['a start of no nodes', ['--trace', 'x.csv', '--start', '0']],
  ])('refuses %s', async (_, args) => {
    const { err, exit } = await runCommand(['backtest', '--config', config, ...args]);
    expect(exit).toBe(2);
    expect(err).not.toBe('');
  });

  it('refuses to judge what lies after the trace', async () => {
    const { err, exit } = await runCommand([
      'backtest',
      '--config',
      config,
      '--trace',
      csv,
      '--from',
      '2027-01-01T00:00:00Z',
    ]);
    expect(exit).toBe(2);
    expect(err).toContain('leaves nothing to judge');
  });
});

describe('backtest --since', () => {
  /** The load of the trace, with nodes as they were counted: 0 = nobody did. */
  async function remember(nodesOf: (slotStartMs: number) => number): Promise<void> {
    const [column] = loads.columns;
    if (column === undefined) throw new Error('no load');
    for (const file of ['a.db', 'a.db-wal', 'a.db-shm']) rmSync(join(folder, file), { force: true });
    const slots = slotsOf(loads, column, 'be_cpu').map((slot) => ({ ...slot, nodes: nodesOf(slot.slotStartMs) }));
    const store = await openStore(join(folder, 'a.db'), { lock: false });
    await store.loads.merge('analytics', { role: 'backend', group: 'default' }, slots);
    await store.close();
  }

  it('replays what the store kept when Prometheus does not answer, as the trace of the same load', async () => {
    await remember(() => 0);
    const past = await json('--since', `${String(DAYS)}d`, '--from', from);
    const same = await json('--trace', csv, '--from', from);
    expect(past.decisionsHash).toBe(same.decisionsHash);
    expect(past.nodeHours).toBe(same.nodeHours);
  });

  it.each([
    ['of its own beginning', [], 5],
    ['that were there at --from', ['--from', from], 12],
    ['of --start before both', ['--from', from, '--start', '7'], 7],
  ])('begins with the nodes %s', async (_, args, nodes) => {
    await remember((at) => (at < LOADS_START + 8 * DAY ? 5 : 12));
    expect((await json('--since', `${String(DAYS)}d`, ...args)).startNodes).toBe(nodes);
  });
});
