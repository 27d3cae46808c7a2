/** Bytes of the MySQL packets that an FE sends, without the four header bytes: those come with the sequence number. */

/** Whole packet: length and room for the sequence number in front, as mysql2's `writePacket` wants it. */
export interface OutgoingPacket {
  readonly buffer: Buffer;
  length(): number;
  writeHeader(sequenceId: number): void;
}

export function outgoing(payload: Buffer): OutgoingPacket {
  const buffer = Buffer.concat([Buffer.alloc(4), payload]);
  return {
    buffer,
    length: () => buffer.length,
    writeHeader: (sequenceId) => {
      buffer.writeUIntLE(payload.length, 0, 3);
      buffer.writeUInt8(sequenceId, 3);
    },
  };
}

export interface Greeting {
  readonly connectionId: number;
  /** 20 bytes, none of them zero. */
  readonly scramble: Buffer;
}

/** PROTOCOL_41, CONNECT_WITH_DB, SECURE_CONNECTION, PLUGIN_AUTH, LOCAL_FILES, LONG_FLAG: all that an FE advertises. */
const CAPABILITIES = 0x0008828c;
const UTF8 = 33;
export const NATIVE_PASSWORD = 'mysql_native_password';

export function greetingPacket({ connectionId, scramble }: Greeting): Buffer {
  const body = Buffer.alloc(31);
  body.writeUInt32LE(connectionId, 0);
  scramble.copy(body, 4, 0, 8);
  body.writeUInt16LE(CAPABILITIES & 0xffff, 13);
  body.writeUInt8(UTF8, 15);
  body.writeUInt16LE(0, 16);
  body.writeUInt16LE(CAPABILITIES >>> 16, 18);
  body.writeUInt8(scramble.length + 1, 20);
  return Buffer.concat([
    Buffer.from([10]),
    terminated('5.7.99'),
    body,
    scramble.subarray(8),
    Buffer.from([0]),
    terminated(NATIVE_PASSWORD),
  ]);
}

export function authSwitchPacket(scramble: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0xfe]), terminated(NATIVE_PASSWORD), scramble, Buffer.from([0])]);
}

export function okPacket(): Buffer {
  return Buffer.from([0, 0, 0, 0, 0, 0, 0]);
}

export function eofPacket(): Buffer {
  return Buffer.from([0xfe, 0, 0, 0, 0]);
}

export function errorPacket(error: {
  readonly errno: number;
  readonly sqlState: string;
  readonly message: string;
}): Buffer {
  const head = Buffer.alloc(3);
  head.writeUInt8(0xff, 0);
  head.writeUInt16LE(error.errno, 1);
  return Buffer.concat([head, Buffer.from(`#${error.sqlState}${error.message}`, 'utf8')]);
}

export function columnCountPacket(count: number): Buffer {
  return lengthCoded(count);
}

export function columnPacket(column: { readonly name: string; readonly type: number }): Buffer {
  const tail = Buffer.alloc(13);
  tail.writeUInt8(0x0c, 0);
  tail.writeUInt16LE(UTF8, 1);
  tail.writeUInt32LE(255, 3);
  tail.writeUInt8(column.type, 7);
  return Buffer.concat([text('def'), text(''), text(''), text(''), text(column.name), text(column.name), tail]);
}

export function textRowPacket(row: readonly (string | null)[]): Buffer {
  return Buffer.concat(row.map((value) => (value === null ? Buffer.from([0xfb]) : text(value))));
}

/** A row as COM_STMT_EXECUTE sends it; every value goes out as a string, which the column type must be. */
export function binaryRowPacket(row: readonly (string | null)[]): Buffer {
  const nulls = Buffer.alloc(Math.floor((row.length + 9) / 8));
  row.forEach((value, index) => {
    const bit = index + 2;
    if (value === null) nulls.writeUInt8(nulls.readUInt8(bit >> 3) | (1 << (bit & 7)), bit >> 3);
  });
  return Buffer.concat([Buffer.from([0]), nulls, ...row.filter((value) => value !== null).map(text)]);
}

/** `withWarnings: false` leaves out the last field, as an FE does for statements that it cannot prepare. */
export function preparedPacket(statementId: number, options: { readonly withWarnings: boolean }): Buffer {
  const packet = Buffer.alloc(options.withWarnings ? 12 : 10);
  packet.writeUInt32LE(statementId, 1);
  return packet;
}

function terminated(value: string): Buffer {
  return Buffer.from(`${value}\0`, 'utf8');
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'utf8');
  return Buffer.concat([lengthCoded(bytes.length), bytes]);
}

function lengthCoded(value: number): Buffer {
  if (value < 0xfb) return Buffer.from([value]);
  if (value <= 0xffff) return withMarker(0xfc, value, 2);
  if (value <= 0xff_ffff) return withMarker(0xfd, value, 3);
  const wide = Buffer.alloc(9);
  wide.writeUInt8(0xfe, 0);
  wide.writeBigUInt64LE(BigInt(value), 1);
  return wide;
}

function withMarker(marker: number, value: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(1 + bytes);
  buffer.writeUInt8(marker, 0);
  buffer.writeUIntLE(value, 1, bytes);
  return buffer;
}
