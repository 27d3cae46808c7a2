import { createHash, randomBytes } from 'node:crypto';
import type { Ids } from '../domain/ports/ids.ts';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TIME_LENGTH = 10;
const RANDOM_LENGTH = 16;

/** ULIDs: 48 bits of time, 80 of chance; within one millisecond each is greater than the one before. */
export function ulids(random: (bytes: number) => Uint8Array = randomBytes): Ids {
  let lastAt = -1;
  let lastRandom = 0n;
  return {
    next(at) {
      lastRandom = at === lastAt ? lastRandom + 1n : bits(random(10));
      lastAt = at;
      return encode(BigInt(at), TIME_LENGTH) + encode(lastRandom, RANDOM_LENGTH);
    },
    digest: (text) => createHash('sha256').update(text).digest('hex'),
  };
}

function bits(bytes: Uint8Array): bigint {
  return bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

function encode(value: bigint, length: number): string {
  let text = '';
  let rest = value;
  for (let index = 0; index < length; index += 1) {
    text = (ALPHABET[Number(rest & 31n)] ?? '0') + text;
    rest >>= 5n;
  }
  return text;
}
