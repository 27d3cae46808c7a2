import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SimulatorHandle } from '../../../src/simulator/start.ts';
import { startTestSimulator } from '../../support/simulator.ts';
import { waitFor } from '../../support/wait-for.ts';
import { accepts, logIn } from './support.ts';

const SCRIPT = fileURLToPath(new URL('../../fixtures/provisioner/simulated-host.mjs', import.meta.url));

interface Answer {
  readonly exitCode: number;
  readonly ok?: boolean;
  readonly host?: string;
  readonly heartbeatPort?: number;
  readonly editLogPort?: number;
  readonly detail?: string;
  readonly hosts?: readonly { readonly host: string; readonly state: string }[];
}

/** Runs the script as the exec provisioner does. */
async function ask(controlUrl: string, question: Readonly<Record<string, unknown>>): Promise<Answer> {
  return await new Promise((resolve) => {
    const child = execFile(process.execPath, [SCRIPT, controlUrl], (error, stdout) => {
      const exitCode = error === null ? 0 : Number(error.code);
      const answer = stdout === '' ? {} : (JSON.parse(stdout) as Omit<Answer, 'exitCode'>);
      resolve({ exitCode, ...answer });
    });
    child.stdin?.end(`${JSON.stringify(question)}\n`);
  });
}

describe('the machine room', () => {
  let simulator: SimulatorHandle;
  beforeEach(async () => {
    simulator = await startTestSimulator({ spareBackends: 2, spareFrontends: 1 });
  });
  afterEach(async () => {
    await simulator.stop();
  });

  const question = (verb: string, rest: Readonly<Record<string, unknown>> = {}): Promise<Answer> =>
    ask(simulator.controlUrl, { verb, role: 'backend', cluster: 'analytics', key: 'operation-1', ...rest });
  const stateOf = async (host: string): Promise<string | undefined> =>
    (await question('list')).hosts?.find((each) => each.host === host)?.state;

  it.each([
    ['late', false],
    ['never', true],
  ] as const)('answers a call %s, its work done before: %s', async (answer, isDone) => {
    const [spare = ''] = simulator.description.hosts.backends;
    const [host = '', port = ''] = spare.split(':');
    const trouble = { kind: 'host-script', verb: 'start', answer, delayMs: 300, isDone, calls: 1 };
    await fetch(`${simulator.controlUrl}/faults`, { method: 'POST', body: JSON.stringify(trouble) });
    let isAnswered = false;
    const start = question('start', { host }).then(({ ok }) => {
      isAnswered = true;
      return ok;
    });
    await waitFor('the port answers', () => accepts(host, Number(port)));
    if (isDone) expect(isAnswered).toBe(false);
    else expect(await start).toBe(true);
  });

  it('gives a host, starts its process, stops it and takes it back as dirty until its reset', async () => {
    const [spare = ''] = simulator.description.hosts.backends;
    const acquired = await question('acquire', { registered: [] });
    expect(`${String(acquired.host)}:${String(acquired.heartbeatPort)}`).toBe(spare);
    const host = acquired.host ?? '';
    const port = acquired.heartbeatPort ?? 0;
    expect(await stateOf(host)).toBe('leased');
    expect((await question('reset', { host })).ok).toBe(true);
    expect(await accepts(host, port)).toBe(false);
    expect((await question('start', { host })).ok).toBe(true);
    await waitFor('the port answers', () => accepts(host, port));
    expect((await question('stop', { host })).ok).toBe(true);
    await waitFor('the port is shut', async () => !(await accepts(host, port)));
    expect((await question('release', { host })).ok).toBe(true);
    expect(await stateOf(host)).toBe('dirty');
    const next = await question('acquire', { key: 'operation-2' });
    expect(next.host).not.toBe(host);
    const last = await question('acquire', { key: 'operation-3' });
    expect(last.host).toBe(host);
    await question('reset', { host, key: 'operation-3' });
    await question('release', { host, key: 'operation-3' });
    expect(await stateOf(host)).toBe('dirty');
  });

  it('gives the same host to the same key, and none when all are held', async () => {
    const first = await question('acquire');
    expect((await question('acquire')).host).toBe(first.host);
    const second = await question('acquire', { key: 'operation-2' });
    expect(second.host).not.toBe(first.host);
    expect(await question('acquire', { key: 'operation-3' })).toMatchObject({ exitCode: 0, ok: true });
    expect((await question('acquire', { key: 'operation-3' })).host).toBeUndefined();
  });

  it('never gives a host that is registered already', async () => {
    const [first = '', second = ''] = simulator.description.hosts.backends;
    const acquired = await question('acquire', { registered: [first] });
    expect(`${String(acquired.host)}:${String(acquired.heartbeatPort)}`).toBe(second);
  });

  it('a host that was given back with its process running is in use until that stops', async () => {
    const { host = '', heartbeatPort = 0 } = await question('acquire');
    await question('reset', { host });
    await question('start', { host });
    await waitFor('it runs', () => accepts(host, heartbeatPort));
    await question('release', { host });
    expect(await stateOf(host)).toBe('in-use');
    const other = await question('acquire', { key: 'operation-2' });
    expect(other.host).not.toBe(host);
    expect((await question('acquire', { key: 'operation-3' })).host).toBeUndefined();
    await question('stop', { host });
    await waitFor('it is shut', async () => !(await accepts(host, heartbeatPort)));
    expect((await question('acquire', { key: 'operation-3' })).host).toBe(host);
  });

  it('resets once per key, and never under a running process', async () => {
    const { host = '' } = await question('acquire');
    await question('reset', { host });
    await question('start', { host });
    await waitFor('it runs', () => accepts(host, Number(simulator.description.hosts.backends[0]?.split(':')[1])));
    expect((await question('reset', { host })).ok).toBe(true);
    expect(await question('reset', { host, key: 'operation-2' })).toMatchObject({
      exitCode: 1,
      ok: false,
      detail: `the backend of ${host} is running: stop it first`,
    });
  });

  it('lists members and spares of both roles', async () => {
    const { hosts = [] } = await question('list');
    const count = (state: string): number => hosts.filter((each) => each.state === state).length;
    expect({ inUse: count('in-use'), free: count('free'), all: hosts.length }).toEqual({ inUse: 7, free: 3, all: 10 });
  });

  it('starts a frontend with its helper', async () => {
    const acquired = await question('acquire', { role: 'frontend' });
    expect(`${String(acquired.host)}:${String(acquired.editLogPort)}`).toBe(simulator.description.hosts.frontends[0]);
    const host = acquired.host ?? '';
    const root = await logIn(simulator);
    await root.query(`ALTER SYSTEM ADD OBSERVER "${host}:${String(acquired.editLogPort)}"`);
    const helper = `${String(simulator.description.frontends[0]?.host)}:${String(acquired.editLogPort)}`;
    await question('start', { role: 'frontend', host, helper });
    await waitFor('the observer has joined', async () => {
      const [rows] = await root.query('SHOW FRONTENDS');
      return (rows as { Host: string; Alive: string; Role: string }[]).some(
        (row) => row.Host === host && row.Alive === 'true' && row.Role === 'OBSERVER',
      );
    });
    await root.end();
  });

  it('refuses what it does not know', async () => {
    expect(await question('start', { host: '10.9.9.9' })).toMatchObject({ exitCode: 1, ok: false });
    expect(await question('dance', { host: simulator.description.backends[0]?.host })).toMatchObject({ ok: false });
    expect((await fetch(`${simulator.controlUrl}/hosts/10.9.9.9/kill`, { method: 'POST' })).status).toBe(404);
    expect((await fetch(`${simulator.controlUrl}/nothing`)).status).toBe(404);
    expect((await fetch(`${simulator.controlUrl}/provision`, { method: 'POST', body: '[' })).status).toBe(400);
  });

  it('injects faults, and says what is wrong with one', async () => {
    const inject = async (body: unknown): Promise<{ readonly status: number; readonly text: string }> => {
      const reply = await fetch(`${simulator.controlUrl}/faults`, { method: 'POST', body: JSON.stringify(body) });
      return { status: reply.status, text: await reply.text() };
    };
    const host = simulator.description.backends[0]?.host ?? '';
    expect((await inject({ kind: 'running-queries', host, queries: 3 })).status).toBe(200);
    const root = await logIn(simulator);
    const [rows] = await root.query('SHOW BACKENDS');
    const row = (rows as { Host: string; RunningTasks: string }[]).find((each) => each.Host === host);
    expect(row?.RunningTasks).toBe('3');
    await root.end();
    expect(await inject({ kind: 'running-queries', host: '10.9.9.9', queries: 3 })).toMatchObject({
      status: 400,
      text: expect.stringContaining('10.9.9.9 is none of') as string,
    });
    expect(await inject({ kind: 'rain' })).toMatchObject({ status: 400 });
    expect((await fetch(`${simulator.controlUrl}/faults`, { method: 'POST', body: '{' })).status).toBe(400);
  });

  it('says "try again" when it cannot be reached', async () => {
    expect((await ask('http://127.0.0.1:9', { verb: 'list' })).exitCode).toBe(75);
  });

  it('shows the statements that were executed', async () => {
    const root = await logIn(simulator);
    await root.query('SHOW FRONTENDS');
    await root.end();
    const response = await fetch(`${simulator.controlUrl}/statements`);
    const { statements } = (await response.json()) as { statements: readonly { text: string; user: string }[] };
    expect(statements.map(({ text, user }) => ({ text, user }))).toEqual([{ text: 'SHOW FRONTENDS', user: 'root' }]);
  });

  it('keeps the scrape targets up to date, in the file and over HTTP', async () => {
    const inFile = async (): Promise<readonly { targets: readonly string[]; labels: { group: string } }[]> =>
      JSON.parse(await readFile(simulator.description.scrapeTargets, 'utf8')) as never;
    const overHttp = await (await fetch(`${simulator.controlUrl}/targets`)).json();
    expect(await inFile()).toEqual(overHttp);
    expect((await inFile()).map(({ targets, labels }) => `${labels.group} ${String(targets.length)}`)).toEqual([
      'fe 3',
      'be 4',
    ]);
    const [spare = ''] = simulator.description.hosts.backends;
    const root = await logIn(simulator);
    await root.query(`ALTER SYSTEM ADD BACKEND "${spare}"`);
    await root.end();
    await waitFor('the added backend is a target', async () => (await inFile())[1]?.targets.length === 5);
  });
});
