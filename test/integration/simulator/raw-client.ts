import { connect } from 'node:net';

/** A MySQL client of bare packets, for what no library sends. */
export interface RawClient {
  readonly scramble: Buffer;
  /** Payloads that came in answer to the login, the last one an OK or an error. */
  readonly loginAnswers: readonly Buffer[];
  /** Sends one command and gives the first packet that comes back. */
  command(payload: Buffer): Promise<Buffer>;
  close(): void;
}

const PROTOCOL_41 = 0x200;
const SECURE_CONNECTION = 0x8000;
const PLUGIN_AUTH = 0x80000;
const AUTH_SWITCH = 0xfe;

/** Logs in as root without a password. */
export async function rawLogin(
  address: { readonly host: string; readonly port: number },
  options: { readonly plugin: string | undefined },
): Promise<RawClient> {
  const socket = connect(address);
  const packets: Buffer[] = [];
  const waiting: ((payload: Buffer) => void)[] = [];
  let rest = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 4 && rest.length >= 4 + rest.readUIntLE(0, 3)) {
      const end = 4 + rest.readUIntLE(0, 3);
      const payload = rest.subarray(4, end);
      rest = rest.subarray(end);
      const reader = waiting.shift();
      if (reader === undefined) packets.push(payload);
      else reader(payload);
    }
  });
  const next = (): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      const payload = packets.shift();
      socket.once('error', reject);
      if (payload === undefined) waiting.push(resolve);
      else resolve(payload);
    });
  const send = (sequence: number, payload: Buffer): void => {
    const header = Buffer.alloc(4);
    header.writeUIntLE(payload.length, 0, 3);
    header.writeUInt8(sequence, 3);
    socket.write(Buffer.concat([header, payload]));
  };

  const greeting = await next();
  const fixed = greeting.subarray(greeting.indexOf(0, 1) + 1);
  const flags = PROTOCOL_41 | SECURE_CONNECTION | (options.plugin === undefined ? 0 : PLUGIN_AUTH);
  const head = Buffer.alloc(32);
  head.writeUInt32LE(flags, 0);
  head.writeUInt8(33, 8);
  const plugin = options.plugin === undefined ? '' : `${options.plugin}\0`;
  send(1, Buffer.concat([head, Buffer.from('root\0\0', 'latin1'), Buffer.from(plugin, 'latin1')]));
  const loginAnswers = [await next()];
  if (loginAnswers[0]?.[0] === AUTH_SWITCH) {
    send(3, Buffer.alloc(0));
    loginAnswers.push(await next());
  }
  return {
    scramble: Buffer.concat([fixed.subarray(4, 12), fixed.subarray(31, 43)]),
    loginAnswers,
    command: (payload) => {
      send(0, payload);
      return next();
    },
    close: () => {
      socket.destroy();
    },
  };
}
