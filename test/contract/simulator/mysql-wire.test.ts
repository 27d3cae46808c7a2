import type { Server } from 'node:net';
import fc from 'fast-check';
import mysql, { type Connection, type RowDataPacket } from 'mysql2/promise';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DorisVersion, SimulatedCluster, SqlAnswer, SqlSession } from '../../../src/simulator/cluster.ts';
import { listen } from '../../../src/simulator/wire/gate.ts';
import { frontendMysqlServer } from '../../../src/simulator/wire/mysql/frontend-server.ts';
import { awaitAnswer } from '../../../src/simulator/wire/mysql/pending.ts';
import { realClock } from '../../support/simulator.ts';

/** A cluster that gives one prepared answer to every statement. */
function scripted(version: DorisVersion): {
  readonly cluster: SimulatedCluster;
  answer: SqlAnswer;
  readonly texts: string[];
  readonly sessions: Set<SqlSession>;
} {
  const sessions = new Set<SqlSession>();
  const texts: string[] = [];
  const script = {
    answer: { kind: 'ok' } as SqlAnswer,
    texts,
    sessions,
    cluster: {
      version,
      authenticate: (_host: string, user: string, matches: (password: string) => boolean) =>
        matches(user === 'empty' ? '' : 'pässword')
          ? { ok: true }
          : { ok: false, errno: 1045, sqlState: '28000', message: 'denied' },
      closesLoginWithConnectAttrs: () => version === '2.1',
      openSession: (frontendHost: string, user: string, clientHost: string, connectionId: number) => {
        const session = { frontendHost, user, clientHost, connectionId } as SqlSession;
        sessions.add(session);
        return session;
      },
      closeSession: (session: SqlSession) => sessions.delete(session),
      execute: (_session: SqlSession, text: string) => {
        texts.push(text);
        return script.answer;
      },
    } as unknown as SimulatedCluster,
  };
  return script;
}

describe('what a MySQL client reads of what an FE sends', () => {
  let script: ReturnType<typeof scripted>;
  let server: Server;
  let connection: Connection;

  beforeEach(async () => {
    script = scripted('4.0');
    server = frontendMysqlServer({
      cluster: script.cluster,
      clock: realClock,
      frontendHost: '127.0.0.2',
      onStatement: () => undefined,
    });
    await listen(server, '127.0.0.1', 0);
    connection = await logIn('someone', 'pässword');
  });
  afterEach(async () => {
    connection.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  async function logIn(user: string, password: string): Promise<Connection> {
    const { port } = server.address() as { port: number };
    const client = await mysql.createConnection({ host: '127.0.0.1', port, user, password });
    client.on('error', () => undefined);
    return client;
  }

  it('is every text and NULL of every row, whatever their lengths', async () => {
    const lengths = fc.constantFrom(0, 1, 250, 251, 252, 253, 254, 255, 256, 65_535, 65_536);
    const value = fc.oneof(
      fc.constant(null),
      fc.string(),
      lengths.map((length) => 'x'.repeat(length)),
      fc.constant('日本 ü\n'),
    );
    await fc.assert(
      fc.asyncProperty(
        fc
          .integer({ min: 1, max: 40 })
          .chain((width) =>
            fc.array(fc.array(value, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 5 }),
          ),
        async (rows) => {
          const columns = (rows[0] ?? []).map((_, index) => ({ name: `Cölumn${String(index)}`, type: 254 }));
          script.answer = { kind: 'rows', columns, rows };
          const [read, fields] = await connection.query<RowDataPacket[][]>({ sql: 'SHOW BACKENDS', rowsAsArray: true });
          expect(read).toEqual(rows);
          expect(fields.map(({ name }) => name)).toEqual(columns.map(({ name }) => name));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is a long table', async () => {
    const rows = Array.from({ length: 5_000 }, (_, index) => [String(index), null]);
    script.answer = {
      kind: 'rows',
      columns: [
        { name: 'a', type: 254 },
        { name: 'b', type: 254 },
      ],
      rows,
    };
    const [read] = await connection.query<RowDataPacket[][]>({ sql: "SHOW PROC '/'", rowsAsArray: true });
    expect(read).toEqual(rows);
  });

  it('is the column types, flags and lengths', async () => {
    script.answer = {
      kind: 'rows',
      columns: [
        { name: 'n', type: 8 },
        { name: 't', type: 252 },
      ],
      rows: [['7', 'x']],
    };
    const [rows, fields] = await connection.query<RowDataPacket[]>('SELECT 1');
    expect(rows).toEqual([{ n: 7, t: 'x' }]);
    expect(
      fields.map(({ columnType, columnLength, characterSet, flags, decimals, catalog, db, table }) => ({
        columnType,
        columnLength,
        characterSet,
        flags,
        decimals,
        catalog,
        db,
        table,
      })),
    ).toEqual([
      { columnType: 8, columnLength: 255, characterSet: 33, flags: 0, decimals: 0, catalog: 'def', db: '', table: '' },
      {
        columnType: 252,
        columnLength: 255,
        characterSet: 33,
        flags: 0,
        decimals: 0,
        catalog: 'def',
        db: '',
        table: '',
      },
    ]);
  });

  it('is the number, state and text of an error, and the next statement works', async () => {
    script.answer = {
      kind: 'error',
      errno: 5001,
      sqlState: '42S02',
      message: 'errCode = 2, detailMessage = ü\nline 2',
    };
    await expect(connection.query('x')).rejects.toMatchObject({
      errno: 5001,
      sqlState: '42S02',
      message: 'errCode = 2, detailMessage = ü\nline 2',
    });
    script.answer = { kind: 'ok' };
    const [ok] = await connection.query('SET x = 1');
    expect(ok).toMatchObject({ affectedRows: 0, info: '', serverStatus: 0, warningStatus: 0 });
    expect(script.texts).toEqual(['x', 'SET x = 1']);
  });

  it('is nothing until a pending answer is there', async () => {
    let asked = 0;
    script.answer = {
      kind: 'pending',
      poll: () => {
        asked += 1;
        return asked > 3 ? { kind: 'ok' } : undefined;
      },
    };
    await connection.query('ALTER SYSTEM ADD BACKEND "h:9050"');
    expect(asked).toBe(4);
  });

  it('is asked for no longer when the client has gone', async () => {
    let asked = 0;
    const poll = (): undefined => {
      asked += 1;
      return undefined;
    };
    const answer = await awaitAnswer({ kind: 'pending', poll }, { clock: realClock, isGone: () => asked === 2 });
    expect([answer.kind, asked]).toEqual(['close', 2]);
  });

  it('is a lost connection when the FE cuts it', async () => {
    script.answer = { kind: 'close' };
    await expect(connection.query('x')).rejects.toMatchObject({ code: 'PROTOCOL_CONNECTION_LOST' });
  });

  it('is a session per login, closed when the client leaves', async () => {
    const second = await logIn('empty', '');
    expect([...script.sessions].map(({ user }) => user)).toEqual(['someone', 'empty']);
    await second.end();
    await expect(logIn('someone', 'wrong')).rejects.toMatchObject({ errno: 1045, sqlState: '28000' });
    await expect(logIn('empty', 'x')).rejects.toMatchObject({ errno: 1045 });
    expect([...script.sessions].map(({ user }) => user)).toEqual(['someone']);
  });

  it('is a change of user within a connection', async () => {
    await connection.changeUser({ user: 'another', password: 'pässword' });
    expect([...script.sessions].map(({ user }) => user)).toEqual(['another']);
    await expect(connection.changeUser({ user: 'other', password: 'wrong' })).rejects.toMatchObject({ errno: 1045 });
  });

  it('is a prepared SHOW, with NULLs, as text', async () => {
    const row = Array.from({ length: 20 }, (_, index) => (index % 3 === 0 ? null : `v${String(index)}`));
    script.answer = {
      kind: 'rows',
      columns: row.map((_, index) => ({ name: `c${String(index)}`, type: 254 })),
      rows: [row],
    };
    const [read] = await connection.execute<RowDataPacket[][]>({ sql: 'SHOW BACKENDS', rowsAsArray: true });
    expect(read).toEqual([row]);
  });

  it('is a changed database by COM_INIT_DB', async () => {
    await connection.query('SHOW FRONTENDS');
    expect(script.texts.at(-1)).toBe('SHOW FRONTENDS');
    const withDatabase = await mysql.createConnection({
      host: '127.0.0.1',
      port: (server.address() as { port: number }).port,
      user: 'empty',
      database: 'shop',
    });
    expect(script.texts.at(-1)).toBe('USE `shop`');
    withDatabase.destroy();
  });
});
