import { describe, expect, it } from 'vitest';
import type { Provisioner } from '../../../src/domain/ports/provisioner.ts';
import { execProvisioner } from '../../../src/provisioner/exec/exec-provisioner.ts';
import { oneAtATime } from '../../../src/provisioner/one-at-a-time.ts';

const ASKED = { role: 'backend', cluster: 'analytics', clusterId: '4711', key: '01OP.0' } as const;
const ON = { ...ASKED, host: '10.0.0.21' };

/** A provisioner whose program is this text of a shell; `$0` holds the question. */
function program(
  text: string,
  options: { readonly timeoutMs?: number; readonly hosts?: readonly string[] } = {},
): Provisioner {
  return execProvisioner({
    name: 'spares',
    command: ['/bin/sh', '-c', text],
    timeoutMs: options.timeoutMs ?? 20_000,
    hosts: options.hosts ?? [],
    taking: oneAtATime(),
  });
}

/** What a program was asked, echoed as the detail of a refusal. */
async function question(call: (provisioner: Provisioner) => Promise<unknown>): Promise<unknown> {
  const echo = program(
    `question=$(cat); printf '{"ok":false,"detail":%s}' "$(printf '%s' "$question" | sed 's/["]/\\\\"/g; s/^/"/; s/$/"/')"`,
  );
  const error: unknown = await call(echo).catch((thrown: unknown) => thrown);
  const message = error instanceof Error ? error.message : '';
  return JSON.parse(message.slice(message.indexOf('{'))) as unknown;
}

describe('what a program is asked', () => {
  it.each([
    [
      'acquire',
      (p: Provisioner) => p.acquire({ ...ASKED, registered: ['10.0.0.1:9050'] }),
      { verb: 'acquire', ...ASKED, registered: ['10.0.0.1:9050'] },
    ],
    ['reset', (p: Provisioner) => p.reset(ON), { verb: 'reset', ...ON }],
    [
      'start of a backend',
      (p: Provisioner) => p.start({ ...ON, helper: undefined, httpPort: undefined }),
      { verb: 'start', ...ON },
    ],
    [
      'start of a frontend',
      (p: Provisioner) => p.start({ ...ON, role: 'frontend', helper: '10.0.0.1:9010', httpPort: 8030 }),
      { verb: 'start', ...ON, role: 'frontend', helper: '10.0.0.1:9010', httpPort: 8030 },
    ],
    ['stop', (p: Provisioner) => p.stop(ON), { verb: 'stop', ...ON }],
    ['release', (p: Provisioner) => p.release(ON), { verb: 'release', ...ON }],
    ['list', (p: Provisioner) => p.list(), { verb: 'list' }],
  ])('%s', async (_name, call, expected) => {
    expect(await question(call)).toEqual(expected);
  });
});

describe('what a program answers', () => {
  it.each([
    ['a host and its port', '{"ok":true,"host":"10.0.0.21","heartbeatPort":9150}', '10.0.0.21:9150'],
    ['a host alone: Doris has a port of its own', '{"ok":true,"host":"10.0.0.21"}', '10.0.0.21:9050'],
    ['host and port as one word', '{"ok":true,"host":"10.0.0.21:9150"}', '10.0.0.21:9150'],
    ['blanks and a line end', ' {"ok": true, "host": "be21", "more": [1]}\n\n', 'be21:9050'],
    ['an IPv6 host', '{"ok":true,"host":"fd00::5","heartbeatPort":9050}', '[fd00::5]:9050'],
    ['an IPv6 host in brackets', '{"ok":true,"host":"[fd00::5]:9150"}', '[fd00::5]:9150'],
  ])('%s', async (_name, answer, address) => {
    const node = await program(`printf '%s' '${answer}'`).acquire({ ...ASKED, registered: [] });
    expect(node?.address).toBe(address);
  });

  it('no host when none is free', async () => {
    expect(await program(`echo '{"ok":true}'`).acquire({ ...ASKED, registered: [] })).toBeUndefined();
  });

  it('the edit log port of a frontend', async () => {
    const node = await program(`echo '{"ok":true,"host":"fe4","editLogPort":9110,"heartbeatPort":9050}'`).acquire({
      ...ASKED,
      role: 'frontend',
      registered: [],
    });
    expect(node).toEqual({ host: 'fe4', address: 'fe4:9110' });
  });

  it('hosts with their states, to which the policy adds what the program does not list', async () => {
    const hosts =
      '[{"host":"a","heartbeatPort":9050,"state":"free"},{"host":"b"},{"host":"f","editLogPort":9010},{"host":"d:9250"}]';
    const inventory = await program(`echo '{"ok":true,"hosts":${hosts}}'`, { hosts: ['a', 'c:9150', 'd'] }).list();
    expect(inventory).toEqual({
      provisioner: 'spares',
      hosts: [
        { host: 'a', address: 'a:9050', state: 'free', role: 'backend' },
        { host: 'b', address: undefined, state: 'unknown' },
        { host: 'f', address: 'f:9010', state: 'unknown', role: 'frontend' },
        { host: 'd', address: 'd:9250', state: 'unknown' },
        { host: 'c', address: 'c:9150', state: 'unknown' },
      ],
    });
  });

  it('tells for which key a host is reserved, where the program says it', async () => {
    const answer = '{"ok":true,"hosts":[{"host":"a","state":"leased","key":"op.0"},{"host":"b","state":"leased"}]}';
    const { hosts } = await program(`echo '${answer}'`).list();
    expect(hosts.map(({ host, heldBy }) => [host, heldBy]).slice(0, 2)).toEqual([
      ['a', 'op.0'],
      ['b', undefined],
    ]);
  });

  it('its words on standard error do not disturb', async () => {
    await expect(program(`echo noise >&2; echo '{"ok":true}'`).stop(ON)).resolves.toBeUndefined();
  });

  it.each([
    [
      'try again later',
      'echo locked >&2; exit 75',
      'provisioner-try-again',
      /stop 10\.0\.0\.21: try again later: locked$/,
    ],
    ['a refusal', `echo '{"ok":false,"detail":"no disk"}'`, 'provisioner-failed', /stop 10\.0\.0\.21: no disk$/],
    ['a refusal without a reason', `echo '{"ok":false}'`, 'provisioner-failed', /answered ok: false$/],
    [
      'an exit code with a reason',
      `echo '{"ok":false,"detail":"no java"}'; exit 1`,
      'provisioner-failed',
      /exit 1: no java$/,
    ],
    ['an exit code with the last words', 'echo a >&2; echo b >&2; exit 3', 'provisioner-failed', /exit 3: b$/],
    ['ok with an exit code', `echo '{"ok":true}'; exit 4`, 'provisioner-failed', /exit 4$/],
    ['its end by a signal', 'kill -9 $$', 'provisioner-bad-answer', /was ended by SIGKILL$/],
    ['nothing', ':', 'provisioner-bad-answer', /stdout is not one JSON object with "ok"$/],
    ['text before the object', `echo starting; echo '{"ok":true}'`, 'provisioner-bad-answer', /not one JSON object/],
    ['two objects', `echo '{"ok":true}'; echo '{"ok":true}'`, 'provisioner-bad-answer', /not one JSON object/],
    ['an array', `echo '[{"ok":true}]'`, 'provisioner-bad-answer', /not one JSON object/],
    ['ok as text', `echo '{"ok":"yes"}'`, 'provisioner-bad-answer', /not one JSON object/],
    [
      'a port out of range',
      `echo '{"ok":true,"heartbeatPort":70000}'`,
      'provisioner-bad-answer',
      /not one JSON object/,
    ],
    ['a port out of range behind the host', `echo '{"ok":true,"host":"a:70000"}'`, 'provisioner-bad-answer', /not one/],
    ['bytes that are no text', `printf '\\377\\376{"ok":true}'`, 'provisioner-bad-answer', /not one JSON object/],
    [
      'more than an answer can have',
      `head -c 3000000 /dev/zero | tr '\\0' ' '; echo '{"ok":true}'`,
      'provisioner-bad-answer',
      /not one JSON object/,
    ],
  ])('%s', async (_name, text, code, message) => {
    await expect(program(text).stop(ON)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
    });
  });

  it('a program that is not there is named, with what would be right', async () => {
    const missing = execProvisioner({
      name: 'spares',
      command: ['/nowhere/hosts'],
      timeoutMs: 1000,
      hosts: [],
      taking: oneAtATime(),
    });
    await expect(missing.stop(ON)).rejects.toMatchObject({
      code: 'provisioner-failed',
      message: expect.stringContaining('/nowhere/hosts could not be started') as string,
      hint: expect.stringContaining('full path') as string,
    });
  });

  it('without reading the question', async () => {
    const large = Array.from({ length: 20_000 }, (_, index) => `10.0.0.1:${String(index)}`);
    const node = program(`exec 0<&-; echo '{"ok":true,"host":"a"}'`).acquire({ ...ASKED, registered: large });
    await expect(node).resolves.toMatchObject({ host: 'a' });
  });
});

describe('hosts that are asked for side by side', () => {
  it('are asked for one at a time', async () => {
    // The second finds the lock of the first while that has not answered.
    const spares = program(
      `question=$(cat)
       lock=/tmp/exec-one-at-a-time.${String(process.pid)}
       mkdir "$lock" || { echo '{"ok":false,"detail":"two at once"}'; exit 1; }
       sleep 0.2; rmdir "$lock"; echo '{"ok":true,"host":"a"}'`,
    );
    const taken = await Promise.all(['1', '2', '3'].map((key) => spares.acquire({ ...ASKED, key, registered: [] })));
    expect(taken.map((node) => node?.host)).toEqual(['a', 'a', 'a']);
  });

  it('one that fails does not hold up the next', async () => {
    const failing = program(`question=$(cat); case $question in *one*) exit 1 ;; esac; echo '{"ok":true,"host":"a"}'`);
    const [one, two] = await Promise.allSettled(
      ['one', 'two'].map((key) => failing.acquire({ ...ASKED, key, registered: [] })),
    );
    expect(one?.status).toBe('rejected');
    expect(two?.status).toBe('fulfilled');
  });
});
