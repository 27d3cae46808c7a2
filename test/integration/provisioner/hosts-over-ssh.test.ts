import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PortProbe } from '../../../src/domain/ports/probe.ts';
import type { Provisioner } from '../../../src/domain/ports/provisioner.ts';
import { execProvisioner } from '../../../src/provisioner/exec/exec-provisioner.ts';
import { oneAtATime } from '../../../src/provisioner/one-at-a-time.ts';
import { tcpProbe } from '../../../src/provisioner/tcp-probe.ts';
import { waitFor } from '../../support/wait-for.ts';
import { dorisHome, endProcess } from './doris-home.ts';
import { freePort, startSshServer } from './ssh-server.ts';
import type { SshServer } from './ssh-server.ts';

const SCRIPTS = join(import.meta.dirname, '../../../config/examples/hosts-over-ssh');
const CLUSTER_ID = '113727546';
const net = `127.${String(60 + (process.pid % 100))}.${String(1 + (Math.floor(process.pid / 100) % 250))}.`;
const BE = `${net}1`;
const FE = `${net}2`;
/** Nothing listens there. */
const DOWN = `${net}9`;
const probe: PortProbe = tcpProbe();

let folder: string;
let server: SshServer;
let ports: { readonly be: number; readonly fe: number };
let hosts: Provisioner;
const home = (role: 'be' | 'fe') => join(folder, 'opt', role);
const asked = { cluster: 'analytics', clusterId: CLUSTER_ID };
const backend = { ...asked, role: 'backend', key: '01OP.0' } as const;
const frontend = { ...asked, role: 'frontend', key: '01OP.1' } as const;

function configure(parts: { readonly backends?: string; readonly beHome?: string } = {}): Provisioner {
  const conf = join(folder, 'hosts.conf');
  writeFileSync(
    conf,
    [
      `BACKENDS="${parts.backends ?? `${DOWN} ${BE}`}"`,
      `FRONTENDS="${FE}"`,
      `BE_HOME=${parts.beHome ?? home('be')}`,
      `FE_HOME=${home('fe')}`,
      `HEARTBEAT_PORT=${String(ports.be)}`,
      `EDIT_LOG_PORT=${String(ports.fe)}`,
      `SSH="${server.ssh}"`,
      `SSH_USER=${server.user}`,
      `STATE_DIR=${join(folder, 'state')}`,
      '',
    ].join('\n'),
  );
  return execProvisioner({
    name: 'ssh-hosts',
    command: [join(SCRIPTS, 'hosts.sh'), conf],
    timeoutMs: 60_000,
    hosts: [],
    taking: oneAtATime(),
  });
}

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'hosts-over-ssh-')));
  server = await startSshServer(folder, [BE, FE]);
  ports = { be: await freePort(BE), fe: await freePort(FE) };
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  for (const name of ['opt', 'state']) rmSync(join(folder, name), { recursive: true, force: true });
  dorisHome(home('be'), { role: 'be', host: BE, port: ports.be, conf: 'be_port = 9060\n' });
  dorisHome(home('fe'), { role: 'fe', host: FE, port: ports.fe, conf: 'http_port = 8030\n' });
  hosts = configure();
});

afterEach(() => {
  for (const role of ['be', 'fe'] as const) endProcess(home(role), role);
});

function put(path: string, text = ''): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function storage(clusterId: string | undefined, root = join(home('be'), 'storage')): string {
  put(join(root, 'data', '0', 'tablet'), 'rows');
  if (clusterId !== undefined) put(join(root, 'cluster_id'), clusterId);
  return root;
}

function metadata(clusterId: string, root = join(home('fe'), 'doris-meta')): string {
  put(join(root, 'image', 'VERSION'), `#Mon\nclusterId=${clusterId}\ntoken=secret\n`);
  put(join(root, 'image', 'ROLE'), 'role=OBSERVER\n');
  put(join(root, 'bdb', '00000000.jdb'), 'journal');
  return root;
}

/** Names beside a directory that were moved aside from it. */
function aside(root: string): readonly string[] {
  return readdirSync(dirname(root))
    .map((name) => join(dirname(root), name))
    .filter((path) => path.startsWith(`${root}.aside-`));
}

describe('a backend over ssh', () => {
  it('is taken, cleaned, started and stopped, and every step may be repeated', async () => {
    const root = storage(CLUSTER_ID);
    const taken = await hosts.acquire({ ...backend, registered: ['10.0.0.1:9050'] });
    expect(taken).toEqual({ host: BE, address: `${BE}:${String(ports.be)}` });
    expect(await hosts.acquire({ ...backend, registered: [] })).toEqual(taken);
    const on = { ...backend, host: BE };

    await hosts.reset(on);
    expect(readdirSync(root)).toEqual([]);
    expect(aside(root).map((path) => readdirSync(path).toSorted())).toEqual([['cluster_id', 'data']]);
    await hosts.reset(on);
    expect(aside(root)).toHaveLength(1);

    const start = { ...on, helper: undefined, httpPort: undefined };
    await hosts.start(start);
    await waitFor('the heartbeat port', () => probe.open(BE, ports.be, 1000));
    await hosts.start(start);
    expect(readFileSync(join(home('be'), 'log', 'started'), 'utf8')).toBe('--daemon\n');
    await expect(hosts.reset(on)).rejects.toMatchObject({
      code: 'provisioner-failed',
      message: expect.stringMatching(/process \d+ of .* runs/) as string,
    });

    await hosts.stop(on);
    expect(await probe.open(BE, ports.be, 1000)).toBe(false);
    await hosts.stop(on);
    expect(readFileSync(join(home('be'), 'log', 'stopped'), 'utf8')).toBe('--grace\n');

    await hosts.release(on);
    await hosts.release(on);
    expect(await hosts.list()).toMatchObject({
      hosts: expect.arrayContaining([
        { host: BE, address: `${BE}:${String(ports.be)}`, role: 'backend', state: 'dirty' },
        { host: DOWN, address: `${DOWN}:${String(ports.be)}`, role: 'backend', state: 'free' },
      ]) as unknown,
    });
    expect(await hosts.acquire({ ...backend, key: '02OP.0', registered: [] })).toEqual(taken);
  });

  it('is not taken while it is registered, or while something runs there', async () => {
    expect(await hosts.acquire({ ...backend, registered: [`${BE}:${String(ports.be)}`] })).toBeUndefined();
    await hosts.start({ ...backend, host: BE, helper: undefined, httpPort: undefined });
    expect(await hosts.acquire({ ...backend, registered: [] })).toBeUndefined();
    await hosts.stop({ ...backend, host: BE });
    expect(await hosts.acquire({ ...backend, registered: [] })).toMatchObject({ host: BE });
  });

  it('goes to one of two that ask at the same moment', async () => {
    const both = await Promise.all(['a', 'b'].map((key) => hosts.acquire({ ...backend, key, registered: [] })));
    expect(both.filter((node) => node !== undefined)).toHaveLength(1);
  });

  it('is one for a key that the program of a killed daemon and its next one ask for at the same moment', async () => {
    const daemons = [configure({ backends: `${BE} ${FE}` }), configure({ backends: `${BE} ${FE}` })];
    const answers = await Promise.all(daemons.map((each) => each.acquire({ ...backend, registered: [] })));
    expect(answers.map((node) => node?.host)).toEqual([BE, BE]);
    const { hosts: all } = await hosts.list();
    const leased = all.filter(({ role, state }) => role === 'backend' && state === 'leased');
    expect(leased).toMatchObject([{ host: BE, heldBy: backend.key }]);
  });

  it('is left to the program that is at work there: whoever asks meanwhile is told to try again', async () => {
    const conf = join(folder, 'hosts.conf');
    mkdirSync(join(folder, 'state'), { recursive: true });
    const held = spawn('flock', ['--no-fork', join(folder, 'state', `be.${BE}.lock`), 'sleep', '60'], {
      stdio: 'ignore',
    });
    try {
      await waitFor('the other program', async () => existsSync(join(folder, 'state', `be.${BE}.lock`)));
      writeFileSync(conf, 'LOCK_SECONDS=1\n', { flag: 'a' });
      await expect(hosts.start({ ...backend, host: BE, helper: undefined, httpPort: undefined })).rejects.toMatchObject(
        {
          code: 'provisioner-try-again',
          message: expect.stringContaining(`another call for be.${BE} is at work`) as string,
        },
      );
      expect(existsSync(join(home('be'), 'log', 'started'))).toBe(false);
    } finally {
      held.kill();
    }
    await waitFor('the end of the other program', async () => held.exitCode !== null || held.signalCode !== null);
  });

  it('that cannot be reached is asked for again later', async () => {
    await expect(hosts.stop({ ...backend, host: DOWN })).rejects.toMatchObject({ code: 'provisioner-try-again' });
  });

  it('that nobody named is refused', async () => {
    await expect(hosts.stop({ ...backend, host: '10.9.9.9' })).rejects.toMatchObject({
      code: 'provisioner-failed',
      message: expect.stringContaining('no be host "10.9.9.9" is known') as string,
    });
  });

  it('keeps storage of another cluster, and what is no storage', async () => {
    const root = storage('42');
    const on = { ...backend, host: BE };
    await expect(hosts.reset(on)).rejects.toMatchObject({
      message: expect.stringContaining(`holds storage of cluster 42, not of ${CLUSTER_ID}`) as string,
    });
    rmSync(root, { recursive: true });
    put(join(root, 'photos', 'cat.jpg'));
    await expect(hosts.reset(on)).rejects.toMatchObject({
      message: expect.stringContaining('no storage of Doris') as string,
    });
    expect(existsSync(join(root, 'photos', 'cat.jpg'))).toBe(true);
    expect(aside(root)).toEqual([]);
  });

  it('moves every path of storage_root_path aside, or none', async () => {
    const [one, two] = [join(folder, 'opt', 'd1', 'doris'), join(folder, 'opt', 'd2', 'doris')];
    put(join(home('be'), 'conf', 'be.conf'), `storage_root_path = ${one},medium:SSD,capacity:50;${two}.HDD\n`);
    storage(CLUSTER_ID, one);
    storage('42', two);
    const on = { ...backend, host: BE };
    await expect(hosts.reset(on)).rejects.toMatchObject({ code: 'provisioner-failed' });
    expect([...aside(one), ...aside(two)]).toEqual([]);
    writeFileSync(join(two, 'cluster_id'), CLUSTER_ID);
    await hosts.reset(on);
    expect([aside(one).length, aside(two).length]).toEqual([1, 1]);
  });

  it('on a host without Doris is refused with its reason', async () => {
    hosts = configure({ beHome: join(folder, 'opt', 'nothing') });
    await expect(hosts.stop({ ...backend, host: BE })).rejects.toMatchObject({
      message: expect.stringContaining('Doris is not installed there') as string,
    });
  });

  it('whose path could be read as a command is refused before anything is sent', async () => {
    const trap = join(folder, 'opt', 'trap');
    hosts = configure({ beHome: `'${home('be')};touch ${trap}'` });
    await expect(hosts.stop({ ...backend, host: BE })).rejects.toMatchObject({
      message: expect.stringContaining('no host, path or number has') as string,
    });
    expect(existsSync(trap)).toBe(false);
  });
});

describe('a frontend over ssh', () => {
  const on = { ...frontend, host: FE };
  const start = { ...on, host: FE, helper: '10.0.0.1:9010', httpPort: 8030 };

  it('is started with the helper, stopped, and its metadata moved aside', async () => {
    expect(await hosts.acquire({ ...frontend, registered: [] })).toEqual({
      host: FE,
      address: `${FE}:${String(ports.fe)}`,
    });
    await hosts.reset(on);
    await hosts.start(start);
    expect(readFileSync(join(home('fe'), 'log', 'started'), 'utf8')).toBe('--helper 10.0.0.1:9010 --daemon\n');
    await waitFor('the edit log port', () => probe.open(FE, ports.fe, 1000));
    const root = metadata(CLUSTER_ID);
    await expect(hosts.reset(on)).rejects.toMatchObject({ message: expect.stringContaining('runs') as string });
    await hosts.stop(on);
    expect(await probe.open(FE, ports.fe, 1000)).toBe(false);
    await hosts.reset(on);
    expect(readdirSync(root)).toEqual([]);
    expect(aside(root).map((path) => readdirSync(path).toSorted())).toEqual([['bdb', 'image']]);
  });

  it('is not started without a helper: it would found a cluster of its own', async () => {
    await expect(hosts.start({ ...start, helper: undefined })).rejects.toMatchObject({
      message: expect.stringContaining('found a cluster of its own') as string,
    });
    expect(existsSync(join(home('fe'), 'log', 'started'))).toBe(false);
  });

  it('is not started when its http_port is not that of the others', async () => {
    put(join(home('fe'), 'conf', 'fe.conf'), 'http_port = 8030\nhttp_port = 18030\n');
    await expect(hosts.start(start)).rejects.toMatchObject({
      message: expect.stringContaining('http_port is 18030') as string,
    });
    expect(existsSync(join(home('fe'), 'log', 'started'))).toBe(false);
  });

  const meta = () => join(home('fe'), 'doris-meta');
  it.each([
    ['of another cluster', () => metadata('42'), 'holds the image of cluster 42'],
    [
      'that has no image',
      () => {
        put(join(meta(), 'bdb', '00000000.jdb'));
        return meta();
      },
      'no image/VERSION',
    ],
    [
      'that other things live in',
      () => {
        put(join(metadata(CLUSTER_ID), 'backup.tar'));
        return meta();
      },
      'holds backup.tar besides metadata: it is shared',
    ],
    ['that Doris is installed in', () => metadata(CLUSTER_ID, join(folder, 'opt')), 'it is left alone'],
    ['by a path that is not full', () => 'doris-meta', 'is no full path'],
    ['at the root', () => '/', 'it is left alone'],
    ['in the system', () => '/usr/lib', 'it is left alone'],
    ['in a home', () => userInfo().homedir, 'it is left alone'],
  ])('keeps a metadata directory %s', async (_name, make, reason) => {
    const root = make();
    put(join(home('fe'), 'conf', 'fe.conf'), `http_port = 8030\nmeta_dir = ${root}\n`);
    const before = root.startsWith('/') ? readdirSync(root) : [];
    await expect(hosts.reset(on)).rejects.toMatchObject({
      code: 'provisioner-failed',
      message: expect.stringContaining(reason) as string,
    });
    if (root.startsWith('/')) expect(readdirSync(root)).toEqual(before);
  });
});

it('the example scripts have no finding of shellcheck', () => {
  const found = spawnSync('shellcheck', ['--shell=sh', 'hosts.sh', 'on-host.sh'], { cwd: SCRIPTS, encoding: 'utf8' });
  expect(found.error).toBeUndefined();
  expect(found.stdout).toBe('');
  expect(found.status).toBe(0);
});
