import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SimulatorHandle } from '../../../src/simulator/start.ts';
import { startTestSimulator } from '../../support/simulator.ts';
import { failureOf, firstBytes, frontend, logIn, recorded } from './support.ts';

describe.each(['2.1', '4.0'] as const)('the MySQL port of version %s', (version) => {
  let simulator: SimulatorHandle;
  beforeAll(async () => {
    simulator = await startTestSimulator({ version });
  });
  afterAll(async () => {
    await simulator.stop();
  });

  it('greets with the recorded bytes', async () => {
    const greeting = recorded(version).find(({ action }) => action === 'bytes of the server greeting');
    const { host, port } = frontend(simulator);
    const packet = await firstBytes(host, port);
    const payload = packet.subarray(4);
    const nameEnd = payload.indexOf(0, 1);
    const fixed = payload.subarray(nameEnd + 1);
    const scramble = Buffer.concat([fixed.subarray(4, 12), fixed.subarray(31, 43)]);
    expect({
      length: packet.readUIntLE(0, 3),
      sequence: packet[3],
      protocolVersion: payload[0],
      serverVersion: payload.toString('latin1', 1, nameEnd),
      capabilities: `0x${((fixed.readUInt16LE(18) << 16) | fixed.readUInt16LE(13)).toString(16).padStart(8, '0')}`,
      charset: fixed[15],
      statusFlags: fixed.readUInt16LE(16),
      authDataLength: fixed[20],
      reserved: fixed.toString('hex', 21, 31),
      authPlugin: fixed.toString('latin1', 44),
    }).toEqual({
      length: payload.length,
      sequence: 0,
      protocolVersion: greeting?.protocolVersion,
      serverVersion: greeting?.serverVersion,
      capabilities: greeting?.capabilities,
      charset: greeting?.charset,
      statusFlags: greeting?.statusFlags,
      authDataLength: greeting?.authDataLength,
      reserved: '00'.repeat(10),
      authPlugin: `${String(greeting?.authPlugin)}\0`,
    });
    expect([fixed[12], fixed[43]]).toEqual([0, 0]);
    expect(scramble.includes(0)).toBe(false);
  });

  it('counts connections', async () => {
    const { host, port } = frontend(simulator);
    const ids = [await firstBytes(host, port), await firstBytes(host, port)].map((bytes) => bytes.readUInt32LE(12));
    expect(ids[1]).toBe(Number(ids[0]) + 1);
  });

  it('lets root in over loopback with any password', async () => {
    const connection = await logIn(simulator, { password: 'wrong' });
    await connection.ping();
    await connection.end();
  });

  it('answers a login with connection attributes as recorded', async () => {
    const attempt = logIn(simulator, { flags: [] });
    if (version === '2.1') {
      const lost = recorded(version).find(({ note }) => note?.includes('connection attributes') === true);
      expect((await failureOf(attempt)).code).toBe(lost?.error?.code);
    } else {
      const connection = await attempt;
      await connection.ping();
      await connection.end();
    }
  });

  it.each(['unknown user', 'no password'])('refuses a login with the recorded error: %s', async (note) => {
    const login = recorded(version).find((each) => each.action === 'connect' && each.note === note);
    const password = note === 'no password' ? '' : 'guess';
    const failure = await failureOf(logIn(simulator, { user: login?.user ?? '', password }));
    const { host } = frontend(simulator);
    expect({ errno: failure.errno, sqlState: failure.sqlState, message: failure.message }).toEqual({
      errno: login?.error?.errno,
      sqlState: login?.error?.sqlState,
      message: login?.error?.message,
    });
    expect(host).toMatch(/^127\./);
  });

  it('has no TLS, as recorded', async () => {
    const asked = recorded(version).find((each) => each.note?.includes('TLS') === true);
    expect((await failureOf(logIn(simulator, { ssl: {} }))).code).toBe(asked?.error?.code);
  });

  it('answers COM_RESET_CONNECTION and COM_CHANGE_USER to root as recorded', async () => {
    const connection = await logIn(simulator);
    const reset = recorded(version).find(({ action }) => action === 'COM_RESET_CONNECTION');
    const change = recorded(version).find(({ action }) => action === 'COM_CHANGE_USER to root');
    const failedReset = await failureOf(connection.reset()).catch(() => undefined);
    expect(failedReset?.message).toBe(reset?.error?.message);
    const failedChange = await failureOf(connection.changeUser({ user: 'root' }));
    expect(failedChange.message).toContain(change?.error?.message);
    expect(failedChange.errno).toBe(change?.error?.errno);
    connection.destroy();
  });

  const prepared = recorded(version).filter(
    ({ action, sql }) => action.includes('COM_STMT_PREPARE') && sql !== undefined,
  );
  it.each(prepared.map((each) => [each.sql ?? '', each] as const))('prepares as recorded: %s', async (sql, record) => {
    const connection = await logIn(simulator);
    const before = simulator.cluster.statements().length;
    const failure = await failureOf(connection.execute(sql)).catch(() => undefined);
    connection.destroy();
    expect(failure?.message).toBe(record.error?.message);
    expect(failure?.errno).toBe(record.error?.errno);
    expect(simulator.cluster.statements().length - before).toBe(record.error === undefined ? 1 : 0);
  });
});
