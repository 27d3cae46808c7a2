import type { RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SimulatorHandle } from '../../../src/simulator/start.ts';
import { startTestSimulator } from '../../support/simulator.ts';
import { waitFor } from '../../support/wait-for.ts';
import { rawLogin } from './raw-client.ts';
import { accepts, failureOf, frontend, logIn } from './support.ts';

describe('statements over the wire', () => {
  let simulator: SimulatorHandle;
  beforeAll(async () => {
    simulator = await startTestSimulator({ spareBackends: 1 });
  });
  afterAll(async () => {
    await simulator.stop();
  });

  it('sends rows with their column types, texts and NULLs', async () => {
    const connection = await logIn(simulator);
    const spare = simulator.description.hosts.backends[0];
    await connection.query(`ALTER SYSTEM ADD BACKEND "${String(spare)}"`);
    const [rows, fields] = await connection.query<RowDataPacket[]>('SHOW BACKENDS');
    await connection.query(`ALTER SYSTEM DROPP BACKEND "${String(spare)}"`);
    await connection.end();
    expect(rows).toHaveLength(simulator.description.backends.length + 1);
    expect(new Set(fields.map(({ columnType }) => columnType))).toEqual(new Set([254]));
    expect(
      new Set(fields.map(({ columnLength, characterSet }) => `${String(columnLength)} ${String(characterSet)}`)),
    ).toEqual(new Set(['255 33']));
    const added = rows.find((row) => row['Host'] === spare?.replace(/:\d+$/, ''));
    expect(added?.['LastStartTime']).toBeNull();
    expect(added?.['Alive']).toBe('false');
  });

  it('takes many statements in a row on one connection, OK and error packets between them', async () => {
    const connection = await logIn(simulator);
    const warnings: unknown[] = [];
    connection.on('warn', (warning) => warnings.push(warning));
    for (let round = 0; round < 5; round += 1) {
      const [ok] = await connection.query('SET query_timeout = 30');
      expect(ok).toMatchObject({ affectedRows: 0, info: '', serverStatus: 0, warningStatus: 0 });
      const failure = await failureOf(connection.query('USE nosuchdb'));
      expect(failure).toMatchObject({ errno: 1049, sqlState: '42000' });
      const [rows] = await connection.query<RowDataPacket[]>('SHOW FRONTENDS');
      expect(rows).toHaveLength(3);
      await connection.ping();
    }
    await connection.end();
    expect(warnings).toEqual([]);
  });

  it('sends an empty result with its columns', async () => {
    const connection = await logIn(simulator);
    const [rows, fields] = await connection.query<RowDataPacket[]>('SHOW STATUS');
    await connection.end();
    expect(rows).toEqual([]);
    expect(fields.map(({ name }) => name)).toEqual(['Variable_name', 'Value']);
  });

  it('answers each of many connections at once with its own id', async () => {
    const connections = await Promise.all(Array.from({ length: 20 }, () => logIn(simulator)));
    const ids = await Promise.all(
      connections.map(async (connection) => {
        const [rows] = await connection.query<RowDataPacket[]>('SELECT connection_id()');
        return String(rows[0]?.['connection_id()']);
      }),
    );
    await Promise.all(connections.map((connection) => connection.end()));
    expect(new Set(ids).size).toBe(20);
    expect(ids).toEqual(connections.map((connection) => String(connection.threadId)));
  });

  it('answers unknown commands with 1047 and goes on', async () => {
    const client = await rawLogin(frontend(simulator), { plugin: undefined });
    const time = await client.command(Buffer.from([0x0f]));
    expect(time.readUInt16LE(1)).toBe(1047);
    expect(time.toString('utf8', 3)).toBe('#08S01Unsupported command(Time)');
    const pong = await client.command(Buffer.from([0x0e]));
    expect(pong.toString('hex')).toBe('00000000000000');
    client.close();
  });

  it('asks a client with another plugin for a native password', async () => {
    const client = await rawLogin(frontend(simulator), { plugin: 'caching_sha2_password' });
    const [request] = client.loginAnswers;
    expect(request?.[0]).toBe(0xfe);
    expect(request?.toString('latin1', 1, 22)).toBe('mysql_native_password');
    expect(request?.subarray(23, 43).equals(client.scramble)).toBe(true);
    expect(client.loginAnswers.at(-1)?.[0]).toBe(0);
    client.close();
  });

  it('checks passwords of users that were created', async () => {
    const root = await logIn(simulator);
    await root.query("CREATE USER 'scaler'@'%' IDENTIFIED BY 'right'");
    await root.end();
    const scaler = await logIn(simulator, { user: 'scaler', password: 'right' });
    await scaler.ping();
    await scaler.end();
    expect(await failureOf(logIn(simulator, { user: 'scaler', password: 'left' }))).toMatchObject({
      errno: 1045,
      sqlState: '28000',
      message: "Access denied for user 'scaler@127.0.0.1' (using password: YES)",
    });
  });
});

describe('processes', () => {
  it('shuts the ports of a killed FE, with its connections, and opens them when it is started again', async () => {
    const simulator = await startTestSimulator();
    try {
      const { host, port } = frontend(simulator, 2);
      const httpPort = simulator.description.frontends[2]?.httpPort ?? 0;
      const connection = await logIn(simulator, { index: 2 });
      await connection.ping();
      await fetch(`${simulator.controlUrl}/hosts/${host}/kill?role=frontend`, { method: 'POST' });
      expect((await failureOf(connection.query('SHOW FRONTENDS'))).code).toMatch(
        /PROTOCOL_CONNECTION_LOST|ECONNRESET|EPIPE/,
      );
      expect(await accepts(host, port)).toBe(false);
      expect(await accepts(host, httpPort)).toBe(false);
      await fetch(`${simulator.controlUrl}/hosts/${host}/start?role=frontend`, { method: 'POST' });
      await waitFor('the FE is up again', () => accepts(host, port));
    } finally {
      await simulator.stop();
    }
  });

  it('opens heartbeat and http port of a BE when it is started, and shuts them when it is stopped', async () => {
    const simulator = await startTestSimulator({ spareBackends: 1 });
    try {
      const [host = '', heartbeat = ''] = (simulator.description.hosts.backends[0] ?? '').split(':');
      const httpPort = simulator.description.backends[0]?.httpPort ?? 0;
      expect(await accepts(host, Number(heartbeat))).toBe(false);
      await fetch(`${simulator.controlUrl}/hosts/${host}/start`, { method: 'POST' });
      await waitFor('the BE is up', async () => (await accepts(host, Number(heartbeat))) && accepts(host, httpPort));
      await fetch(`${simulator.controlUrl}/hosts/${host}/stop?graceful=false`, { method: 'POST' });
      await waitFor('the BE is down', async () => !(await accepts(host, Number(heartbeat))));
      expect(await accepts(host, httpPort)).toBe(false);
    } finally {
      await simulator.stop();
    }
  });

  it('leaves no port open when it stops', async () => {
    const simulator = await startTestSimulator({ frontends: 1, backends: 1 });
    const { host, port } = frontend(simulator);
    const be = simulator.description.backends[0];
    const connection = await logIn(simulator);
    await simulator.stop();
    expect(await accepts(host, port)).toBe(false);
    expect(await accepts(be?.host ?? '', be?.httpPort ?? 0)).toBe(false);
    expect(await failureOf(fetch(simulator.prometheusUrl))).toMatchObject({ message: 'fetch failed' });
    connection.destroy();
  });

  it('names the port that is taken', async () => {
    const first = await startTestSimulator({ frontends: 1, backends: 1 });
    try {
      const { host, port } = frontend(first);
      const failure = await failureOf(
        startTestSimulator({ frontends: 1, backends: 1, hostPrefix: host.replace(/\d+$/, ''), portBase: port - 30 }),
      );
      expect(failure).toMatchObject({ code: 'simulator-port-taken' });
      expect(failure.message).toContain(`${host}:`);
    } finally {
      await first.stop();
    }
  });
});
