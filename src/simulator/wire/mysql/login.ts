import { createHash, timingSafeEqual } from 'node:crypto';

/** What a client says after the greeting. */
export interface Login {
  readonly flags: number;
  readonly user: string;
  readonly token: Buffer;
  readonly database: string | undefined;
  readonly plugin: string | undefined;
  /** Bytes that the connection attributes take; 0 without any. */
  readonly attributesLength: number;
}

const CONNECT_WITH_DB = 0x8;
const SSL = 0x800;
const SECURE_CONNECTION = 0x8000;
const PLUGIN_AUTH = 0x80000;
const CONNECT_ATTRS = 0x100000;
const LENENC_AUTH_DATA = 0x200000;

/** Parsed by the client's own flags, as an FE does; undefined = no login (a request for TLS, or bytes that are cut off). */
export function parseLogin(payload: Buffer): Login | undefined {
  if (payload.length < 33) return undefined;
  const flags = payload.readUInt32LE(0);
  if ((flags & SSL) !== 0) return undefined;
  const reader = readerOf(payload, 32);
  const user = reader.terminated().toString('utf8');
  const token = readToken(reader, flags);
  const database = (flags & CONNECT_WITH_DB) === 0 ? '' : reader.terminated().toString('utf8');
  const plugin = (flags & PLUGIN_AUTH) === 0 ? '' : reader.terminated().toString('latin1');
  return {
    flags,
    user: withoutSuffix(user),
    token,
    database: database === '' ? undefined : database,
    plugin: plugin === '' ? undefined : plugin,
    attributesLength: (flags & CONNECT_ATTRS) === 0 ? 0 : reader.lengthCoded(),
  };
}

/** COM_CHANGE_USER after its command byte. */
export function parseChangeUser(payload: Buffer): { readonly user: string; readonly token: Buffer } {
  const reader = readerOf(payload, 0);
  const user = reader.terminated().toString('utf8');
  return { user: withoutSuffix(user), token: reader.bytes(reader.byte()) };
}

/** SHA1(password) XOR SHA1(scramble + SHA1(SHA1(password))); an empty password sends no token. */
export function tokenMatches(token: Buffer, scramble: Buffer, password: string): boolean {
  if (password === '' || token.length === 0) return password === '' && token.length === 0;
  const first = sha1(Buffer.from(password, 'utf8'));
  const mask = sha1(Buffer.concat([scramble, sha1(first)]));
  const expected = Buffer.from(first.map((byte, index) => byte ^ mask.readUInt8(index)));
  return token.length === expected.length && timingSafeEqual(token, expected);
}

function readToken(reader: Reader, flags: number): Buffer {
  if ((flags & LENENC_AUTH_DATA) !== 0) return reader.bytes(reader.lengthCoded());
  if ((flags & SECURE_CONNECTION) !== 0) return reader.bytes(reader.byte());
  return reader.terminated();
}

/** An FE cuts `#x` from the end of a user name. */
function withoutSuffix(user: string): string {
  return user.replace(/#[^#]*$/, '');
}

interface Reader {
  byte(): number;
  bytes(length: number): Buffer;
  lengthCoded(): number;
  terminated(): Buffer;
}

function readerOf(payload: Buffer, start: number): Reader {
  let offset = start;
  const bytes = (length: number): Buffer => {
    const part = payload.subarray(offset, offset + length);
    offset += length;
    return part;
  };
  const byte = (): number => bytes(1)[0] ?? 0;
  return {
    byte,
    bytes,
    lengthCoded: () => {
      const first = byte();
      if (first === 0xfc) return bytes(2).readUIntLE(0, 2);
      if (first === 0xfd) return bytes(3).readUIntLE(0, 3);
      return first;
    },
    terminated: () => {
      const end = payload.indexOf(0, offset);
      const part = payload.subarray(offset, end < 0 ? payload.length : end);
      offset += part.length + 1;
      return part;
    },
  };
}

function sha1(bytes: Buffer): Buffer {
  return createHash('sha1').update(bytes).digest();
}
