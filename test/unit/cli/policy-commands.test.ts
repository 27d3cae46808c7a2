import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CliContext } from '../../../src/cli/context.ts';
import { registerSchema } from '../../../src/cli/schema.ts';
import { registerValidate } from '../../../src/cli/validate.ts';
import { registerWindows } from '../../../src/cli/windows.ts';
import { policyJsonSchema } from '../../../src/config/schema/json-schema.ts';
import { NOW, policyWith } from '../config/read.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'doris-autoscaler-cli-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function policyFile(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

interface Ran {
  readonly out: string;
  readonly err: string;
  readonly exit: number;
}

async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}, now = NOW): Promise<Ran> {
  let [out, err, exit] = ['', '', 0];
  const context: CliContext = {
    env,
    clock: { now: () => now, monotonicMs: () => 0, sleep: () => Promise.resolve() },
    version: '0',
    isTerminal: false,
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    stopping: new AbortController().signal,
    onReload: () => undefined,
    exit: (code) => {
      exit = code;
    },
  };
  const program = new Command('doris-autoscaler');
  registerValidate(program, context);
  registerWindows(program, context);
  registerSchema(program, context);
  await program.parseAsync(['node', 'doris-autoscaler', ...args]);
  return { out: out.replaceAll(`${folder}/`, ''), err: err.replaceAll(`${folder}/`, ''), exit };
}

const BERLIN = policyWith({
  'timezone:': '      timezone: Europe/Berlin',
  '- { name: night':
    '        - { name: night, days: [mon-sun], start: "01:30", end: "03:30" }\n        - { name: gap, days: [sun], start: "02:00", end: "03:00" }',
  'deny:': '      deny: [{ name: freeze, from: 2026-11-26, until: 2026-11-27 }]',
});

const ALWAYS = policyWith({
  'timezone:': '      timezone: Europe/Berlin\n      always: true',
  'allow:': '',
  '- { name: night': '',
  'deny:': '      deny: [{ name: freeze, from: 2027-02-01, until: 2027-02-07 }]',
});

describe('validate', () => {
  it('of a right policy shows when each window opens, what denies it and what the clock shortens', async () => {
    const ran = await run(['validate', '--config', policyFile('berlin.yaml', BERLIN)]);
    expect(ran.exit).toBe(0);
    expect(ran.err).toBe('');
    expect(ran.out.replace(/revision [0-9a-f]{12}/, 'revision R')).toBe(
      [
        'valid: revision R, 1 cluster',
        'analytics   observe   Europe/Berlin',
        '  night  mon-sun 01:30-03:30',
        '    Wed 01:30 - Wed 03:30   2 h, in 10 h 30 min',
        '    Sat 01:30 - Sat 03:30   2 h, in 3 d 10 h',
        '    Sun 01:30 - Sun 03:30   2 h, in 4 d 10 h',
        '  gap  sun 02:00-03:00',
        '    Sun 01:30 - Sun 03:30   2 h, in 4 d 10 h',
        '    2026-12-06 01:30 - 2026-12-06 03:30   2 h, in 11 d 10 h',
        '    2026-12-13 01:30 - 2026-12-13 03:30   2 h, in 18 d 10 h',
        '  denied: freeze  from 2026-11-26 until 2026-11-27',
        '  changes of the clock in the next 400 days',
        '    night of 2027-03-28 is shortened to 1 h (2 h otherwise)',
        '    gap of 2027-03-28 is skipped (1 h otherwise)',
        '',
      ].join('\n'),
    );
  });

  it('of windows without end says so, and nothing of instants that the policy does not name', async () => {
    const ran = await run(['validate', '--config', policyFile('always.yaml', ALWAYS)]);
    expect(ran.out.split('\n').slice(1)).toEqual([
      'analytics   observe   Europe/Berlin',
      '  always open, less what is denied',
      '    until 2027-02-01 00:00   68 d 9 h left, open now',
      '      closes when freeze begins',
      '    from 2027-02-08 00:00 on   no end within 400 days, in 75 d 9 h',
      '      opens when freeze ends',
      '  denied: freeze  from 2027-02-01 until 2027-02-07',
      '',
    ]);
  });

  it('of a wrong policy lists the errors on stdout and exits 2', async () => {
    const file = policyFile(
      'wrong.yaml',
      policyWith({ '- min:': '      - min: 12', 'timezone:': '      timezone: Asia/Shangai' }),
    );
    expect(await run(['validate', '--config', file])).toEqual({
      out: [
        'wrong.yaml:13:17: clusters[0].windows.timezone: "Asia/Shangai" is no time zone; did you mean "Asia/Shanghai"?',
        'wrong.yaml:18:14: clusters[0].backends[0].min: 12 is more than max (9, line 19); raise max or lower min',
        '2 errors.',
        '',
      ].join('\n'),
      err: '',
      exit: 2,
    });
  });

  it('marks warnings, and exits 0 when there are only warnings', async () => {
    const file = policyFile('warned.yaml', policyWith({ 'schedule:': '        cooldown: { in: 1d }' }));
    const ran = await run(['validate', '--config', file]);
    expect(ran.exit).toBe(0);
    expect(ran.out).toMatch(
      /^warning {2}warned\.yaml:22:25: clusters\[0\]\.backends\[0\]\.cooldown\.in: a pause of 24 h /,
    );
    expect(ran.out).toContain(', 1 cluster, 1 warning\n');
  });

  it('speaks JSON of a stable shape, right or wrong', async () => {
    const right = await run(['validate', '--json', '--config', policyFile('right.yaml', policyWith())]);
    expect(JSON.parse(right.out)).toEqual({ ok: true, errors: [], warnings: [], clusters: [{ name: 'analytics' }] });
    const file = policyFile('min.yaml', policyWith({ '- min:': '      - min: 12' }));
    const wrong = await run(['validate', '--json', '--config', file]);
    expect(wrong.exit).toBe(2);
    expect(JSON.parse(wrong.out)).toEqual({
      ok: false,
      errors: [
        {
          file: 'min.yaml',
          line: 18,
          column: 14,
          path: 'clusters[0].backends[0].min',
          message: '12 is more than max (9, line 19)',
          hint: 'raise max or lower min',
        },
      ],
      warnings: [],
      clusters: [],
    });
  });

  it('takes the file of the environment when none is named, and says when it is not there', async () => {
    const file = policyFile('env.yaml', policyWith());
    expect((await run(['validate'], { DORIS_AUTOSCALER_CONFIG: file })).exit).toBe(0);
    const gone = await run(['validate'], { DORIS_AUTOSCALER_CONFIG: join(folder, 'gone.yaml') });
    expect(gone).toEqual({
      out: 'gone.yaml:1:1: this cannot be read: there is no such file; name the policy with --config FILE\n1 error.\n',
      err: '',
      exit: 2,
    });
  });

  it('refuses a cluster that the policy does not have', async () => {
    const ran = await run(['validate', '--cluster', 'other', '--config', policyFile('one.yaml', policyWith())]);
    expect(ran).toEqual({ out: '', err: 'there is no cluster named other\n  clusters: analytics\n', exit: 2 });
  });
});

describe('windows', () => {
  it('prints the calendar in the order of time, with what denies', async () => {
    const ran = await run(['windows', '--days', '4', '--config', policyFile('berlin.yaml', BERLIN)]);
    expect(ran.exit).toBe(0);
    expect(ran.out).toBe(
      [
        'analytics   Europe/Berlin   2026-11-24 15:00 to 2026-11-28 15:00',
        '  open    2026-11-25 01:30 - 2026-11-25 03:30   night   2 h, starts until 03:20, in 10 h 30 min',
        '  denied  2026-11-26 00:00 - 2026-11-28 00:00   freeze',
        '  open    2026-11-28 01:30 - 2026-11-28 03:30   night   2 h, starts until 03:20, in 3 d 10 h',
        '',
      ].join('\n'),
    );
  });

  it('that never close have no instants of their own', async () => {
    const ran = await run(['windows', '--days', '4', '--config', policyFile('always.yaml', ALWAYS)]);
    expect(ran.out.split('\n')).toEqual([
      'analytics   Europe/Berlin   2026-11-24 15:00 to 2026-11-28 15:00',
      '  open    until 2027-02-01 00:00   always   68 d 9 h left, starts until 23:50, open now',
      '            closes when freeze begins',
      '',
    ]);
  });

  it('explains a window that a denial cuts, and one that the clock shortens', async () => {
    const cut = policyWith({
      'deny:': '      deny: [{ name: backup, days: [mon-sun], start: "03:00", end: "04:00" }]',
    });
    const ran = await run(['windows', '--json', '--days', '1', '--config', policyFile('cut.yaml', cut)]);
    expect(JSON.parse(ran.out)).toEqual({
      clusters: [
        {
          name: 'analytics',
          timezone: 'Asia/Shanghai',
          windows: [
            {
              start: '2026-11-24T17:00:00Z',
              end: '2026-11-24T19:00:00Z',
              names: ['night'],
              usableFrom: '2026-11-24T17:00:00Z',
              usableUntil: '2026-11-24T18:50:00Z',
              notes: ['closes when backup begins'],
            },
            {
              start: '2026-11-24T20:00:00Z',
              end: '2026-11-24T22:00:00Z',
              names: ['night'],
              usableFrom: '2026-11-24T20:00:00Z',
              usableUntil: '2026-11-24T21:50:00Z',
              notes: ['opens when backup ends'],
            },
          ],
          denied: [{ start: '2026-11-24T19:00:00Z', end: '2026-11-24T20:00:00Z', name: 'backup' }],
        },
      ],
    });
    const short = await run([
      'windows',
      '--from',
      '2027-03-27T20:00:00Z',
      '--days',
      '1',
      '--config',
      policyFile('berlin.yaml', BERLIN),
    ]);
    expect(short.out).toContain('night of 2027-03-28 is shortened to 1 h by a change of the clock (2 h otherwise)');
  });

  it.each([
    [['--days', '0'], '--days 0 is no number of days\n  1 to 3660\n'],
    [['--days', 'many'], '--days many is no number of days\n  1 to 3660\n'],
    [['--from', 'tomorrow'], '--from tomorrow is no instant\n  such as 2026-12-01T00:00:00+08:00\n'],
  ])('refuses %j', async (args, err) => {
    const file = policyFile('right.yaml', policyWith());
    expect(await run(['windows', ...args, '--config', file])).toEqual({ out: '', err, exit: 2 });
  });

  it('of a wrong policy says so on stderr, with --json as one object', async () => {
    const file = policyFile('wrong.yaml', policyWith({ '- min:': '      - min: 12' }));
    const ran = await run(['windows', '--json', '--config', file]);
    expect([ran.out, ran.exit]).toEqual(['', 2]);
    expect(JSON.parse(ran.err)).toEqual({
      error: {
        code: 'config-invalid',
        message: expect.stringMatching(
          /wrong\.yaml:18:14: clusters\[0\]\.backends\[0\]\.min: 12 is more than max/,
        ) as unknown,
      },
    });
  });
});

describe('schema', () => {
  it('prints the JSON Schema', async () => {
    const { out, exit } = await run(['schema']);
    expect(exit).toBe(0);
    expect(JSON.parse(out)).toEqual(policyJsonSchema());
    expect(out).toBe(readFileSync(join(import.meta.dirname, '../../../config/schema.json'), 'utf8'));
  });

  it('prints every key as a table', async () => {
    expect((await run(['schema', '--table'])).out).toContain(
      '| `clusters[].backends[].cooldown.in` | duration | `12h` |',
    );
  });
});
