import { parseNumber } from './number.ts';
import { badAnswer } from './errors.ts';

export interface Samples {
  /** Epoch milliseconds. */
  readonly times: Float64Array;
  readonly values: Float64Array;
}

/** Reads the rest of `[[seconds,"number"],...]` after its first bracket. */
export interface SampleScanner {
  /** Index after the last whole sample, or after the closing bracket. What follows it is to be given again with more. */
  scan(bytes: Uint8Array, start: number): number;
  done(): boolean;
  samples(): Samples;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN = 0x5b;
const CLOSE = 0x5d;
const BLANK = 0x20;
/** No sample is as long. */
const LONGEST = 400;

export function sampleScanner(): SampleScanner {
  let times = new Float64Array(64);
  let values = new Float64Array(64);
  let count = 0;
  let done = false;

  const add = (timeMs: number, value: number): void => {
    if (count === times.length) {
      times = grown(times);
      values = grown(values);
    }
    times[count] = timeMs;
    values[count] = value;
    count += 1;
  };

  /** Index after the sample and the comma before it, -1 where the bytes end within it. */
  const readSample = (bytes: Uint8Array, start: number): number => {
    let at = start;
    if (count > 0) {
      at = skipBlanks(bytes, at);
      if (at === bytes.length) return -1;
      if (bytes[at] !== COMMA) throw unexpected(bytes, at);
      at += 1;
    }
    at = skipBlanks(bytes, at);
    if (at === bytes.length) return -1;
    if (bytes[at] !== OPEN) throw unexpected(bytes, at);
    const time = skipBlanks(bytes, at + 1);
    const timeEnd = find(bytes, COMMA, time);
    if (timeEnd === -1) return -1;
    const quote = skipBlanks(bytes, timeEnd + 1);
    if (quote === bytes.length) return -1;
    if (bytes[quote] !== QUOTE) throw unexpected(bytes, quote);
    const valueEnd = find(bytes, QUOTE, quote + 1);
    if (valueEnd === -1) return -1;
    const end = skipBlanks(bytes, valueEnd + 1);
    if (end === bytes.length) return -1;
    if (bytes[end] !== CLOSE) throw unexpected(bytes, end);
    add(Math.round(parseNumber(bytes, time, timeEnd) * 1000), parseNumber(bytes, quote + 1, valueEnd));
    return end + 1;
  };

  return {
    scan(bytes, start) {
      let at = start;
      for (;;) {
        const next = skipBlanks(bytes, at);
        if (bytes[next] === CLOSE) {
          done = true;
          return next + 1;
        }
        const after = readSample(bytes, at);
        if (after === -1) {
          if (bytes.length - at > LONGEST) throw unexpected(bytes, next);
          return at;
        }
        at = after;
      }
    },
    done: () => done,
    samples: () => ({ times: times.slice(0, count), values: values.slice(0, count) }),
  };
}

/** The text is short: Buffer.indexOf would spend more on the call than on the search. */
function find(bytes: Uint8Array, wanted: number, start: number): number {
  for (let at = start; at < bytes.length; at += 1) if (bytes[at] === wanted) return at;
  return -1;
}

function skipBlanks(bytes: Uint8Array, start: number): number {
  let at = start;
  while (at < bytes.length && (bytes[at] ?? 0) <= BLANK) at += 1;
  return at;
}

function grown(array: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(array.length * 2);
  larger.set(array);
  return larger;
}

function unexpected(bytes: Uint8Array, at: number): Error {
  const text = Buffer.from(bytes.subarray(at, at + 20)).toString('latin1');
  return badAnswer(`samples were expected, not ${JSON.stringify(text)}`);
}
