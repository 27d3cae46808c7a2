import type { Socket } from 'node:net';
import type { Clock } from '../../../domain/ports/clock.ts';
import type { SimulatedCluster, SqlAnswer, SqlSession } from '../../cluster.ts';
import { COMMANDS, isSupported, unsupported } from './commands.ts';
import { frame, type Framing } from './framing.ts';
import { type Login, parseChangeUser, parseLogin, tokenMatches } from './login.ts';
import {
  authSwitchPacket,
  binaryRowPacket,
  columnCountPacket,
  columnPacket,
  eofPacket,
  errorPacket,
  greetingPacket,
  NATIVE_PASSWORD,
  okPacket,
  preparedPacket,
  textRowPacket,
} from './packets.ts';
import { awaitAnswer } from './pending.ts';
import { prepare } from './prepare.ts';

export interface ClientOptions {
  readonly cluster: SimulatedCluster;
  readonly clock: Clock;
  readonly frontendHost: string;
  readonly connectionId: number;
  readonly scramble: Buffer;
  /** Called after each statement: a process may have ended or begun with it. */
  readonly onStatement: () => void;
}

type Failure = { readonly errno: number; readonly sqlState: string; readonly message: string };

/** greeting -> login (-> auth switch) -> commands, one after another; each has its whole answer before the next is read. */
export function serveClient(socket: Socket, options: ClientOptions): void {
  const { cluster, clock, frontendHost, connectionId, scramble } = options;
  const clientHost = socket.remoteAddress ?? '127.0.0.1';
  const statements = new Map<number, string>();
  let session: SqlSession | undefined;
  let switching: Login | undefined;
  let nextStatementId = 1;
  let turn = Promise.resolve();

  const framing = frame(socket, (payload) => {
    turn = turn
      .then(() => receive(payload))
      .catch(() => {
        framing.destroy();
      });
  });
  socket.once('close', () => {
    if (session !== undefined) cluster.closeSession(session);
    session = undefined;
  });
  framing.send(greetingPacket({ connectionId, scramble }));

  async function receive(payload: Buffer): Promise<void> {
    if (session !== undefined) {
      await command(session, payload);
      framing.resetSequence();
      return;
    }
    if (switching !== undefined) {
      logIn({ ...switching, token: payload });
      return;
    }
    const login = parseLogin(payload);
    if (login === undefined || (login.attributesLength > 0 && cluster.closesLoginWithConnectAttrs())) {
      framing.destroy();
      return;
    }
    if (login.plugin !== undefined && login.plugin !== NATIVE_PASSWORD) {
      switching = login;
      framing.send(authSwitchPacket(scramble));
      return;
    }
    logIn(login);
  }

  function logIn(login: Login): void {
    const refusal = enter(login.user, login.token);
    const unknownDatabase = refusal ?? (login.database === undefined ? undefined : choose(login.database, login.user));
    if (unknownDatabase !== undefined) {
      framing.send(errorPacket(unknownDatabase));
      socket.end();
      return;
    }
    framing.send(okPacket());
    framing.resetSequence();
  }

  /** Opens a session for the user, in place of the one before. */
  function enter(user: string, token: Buffer): Failure | undefined {
    const atMs = clock.now();
    const matches = (password: string): boolean => tokenMatches(token, scramble, password);
    const answer = cluster.authenticate(frontendHost, user, matches, atMs);
    if (!answer.ok) {
      const using = token.length > 0 ? 'YES' : 'NO';
      const denied = `Access denied for user '${user}@${clientHost}' (using password: ${using})`;
      return { ...answer, message: answer.errno === 1045 ? denied : answer.message };
    }
    if (session !== undefined) cluster.closeSession(session);
    session = cluster.openSession(frontendHost, user, clientHost, connectionId, atMs);
    return undefined;
  }

  function choose(database: string, user: string): Failure | undefined {
    if (session === undefined) return undefined;
    const answer = cluster.execute(session, `USE \`${database}\``, clock.now());
    if (answer.kind !== 'error') return undefined;
    const message = `errCode = 2, detailMessage = Access denied for user '${user}' to database '${database}'`;
    return { errno: 1044, sqlState: '42000', message };
  }

  async function command(current: SqlSession, payload: Buffer): Promise<void> {
    const code = payload[0] ?? 0;
    const rest = payload.subarray(1);
    if (!isSupported(code, cluster.version)) {
      framing.send(errorPacket(unsupported(code)));
      return;
    }
    switch (code) {
      case COMMANDS.quit:
        socket.end();
        return;
      case COMMANDS.query:
        await statement(current, rest.toString('utf8'), textRowPacket);
        return;
      case COMMANDS.initDb:
        await statement(current, `USE \`${rest.toString('utf8')}\``, textRowPacket);
        return;
      case COMMANDS.prepare:
        prepareStatement(rest.toString('utf8'));
        return;
      case COMMANDS.execute:
        await executePrepared(current, rest.readUInt32LE(0));
        return;
      case COMMANDS.closeStatement:
        statements.delete(rest.readUInt32LE(0));
        return;
      case COMMANDS.changeUser:
        changeUser(rest);
        return;
      case COMMANDS.resetConnection:
        session = cluster.openSession(frontendHost, current.user, clientHost, connectionId, clock.now());
        cluster.closeSession(current);
        framing.send(okPacket());
        return;
      case COMMANDS.fieldList:
      case COMMANDS.setOption:
        framing.send(eofPacket());
        return;
      default:
        framing.send(okPacket());
    }
  }

  async function statement(current: SqlSession, text: string, rowPacket: typeof textRowPacket): Promise<void> {
    const first = cluster.execute(current, text, clock.now());
    options.onStatement();
    const answer = await awaitAnswer(first, { clock, isGone: () => socket.destroyed });
    if (answer.kind === 'close') framing.destroy();
    else reply(framing, answer, rowPacket);
  }

  function prepareStatement(text: string): void {
    const prepared = prepare(text, cluster.version);
    if (prepared.kind === 'error') {
      framing.send(errorPacket(prepared));
      return;
    }
    const id = nextStatementId;
    nextStatementId += 1;
    if (prepared.kind === 'prepared') statements.set(id, text);
    framing.send(preparedPacket(id, { withWarnings: prepared.kind === 'prepared' }));
  }

  async function executePrepared(current: SqlSession, id: number): Promise<void> {
    const text = statements.get(id);
    if (text !== undefined) {
      await statement(current, text, binaryRowPacket);
      return;
    }
    const message = `errCode = 2, detailMessage = Unknown prepared statement handler (${String(id)})`;
    framing.send(errorPacket({ errno: 1243, sqlState: 'HY000', message }));
  }

  function changeUser(rest: Buffer): void {
    const { user, token } = parseChangeUser(rest);
    const forbidden = { errno: 1045, sqlState: '28000', message: 'Change to root or admin is forbidden' };
    const refusal = user === 'root' || user === 'admin' ? forbidden : enter(user, token);
    framing.send(refusal === undefined ? okPacket() : errorPacket(refusal));
  }
}

function reply(
  framing: Framing,
  answer: Exclude<SqlAnswer, { readonly kind: 'pending' | 'close' }>,
  rowPacket: typeof textRowPacket,
): void {
  switch (answer.kind) {
    case 'ok':
      framing.send(okPacket());
      return;
    case 'error':
      framing.send(errorPacket(answer));
      return;
    case 'rows':
      framing.send(
        columnCountPacket(answer.columns.length),
        ...answer.columns.map(columnPacket),
        eofPacket(),
        ...answer.rows.map(rowPacket),
        eofPacket(),
      );
  }
}
