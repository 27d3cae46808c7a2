import { badAnswer } from './errors.ts';

const PLUS = 0x2b;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const UPPER_E = 0x45;
const LOWER_E = 0x65;

const WORDS: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Inf: Number.POSITIVE_INFINITY,
  '+Inf': Number.POSITIVE_INFINITY,
  '-Inf': Number.NEGATIVE_INFINITY,
};

/** Those that a double holds exactly. */
const POWERS = Float64Array.from({ length: 23 }, (_, power) => 10 ** power);

/**
 * The number that bytes from `start` to before `end` spell as Prometheus prints it, without a string in between. Exact to 15
 * digits; a load needs no more. Throws PrometheusError for anything else.
 */
export function parseNumber(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  const sign = bytes[at];
  if (sign === MINUS || sign === PLUS) at += 1;
  const first = at;
  let mantissa = 0;
  let power = 0;
  for (; at < end && isDigit(bytes[at]); at += 1) mantissa = mantissa * 10 + ((bytes[at] ?? 0) - ZERO);
  let digits = at - first;
  if (at < end && bytes[at] === DOT) {
    const point = at;
    for (at += 1; at < end && isDigit(bytes[at]); at += 1) mantissa = mantissa * 10 + ((bytes[at] ?? 0) - ZERO);
    power = point + 1 - at;
    digits -= power;
  }
  if (digits === 0) return word(bytes, start, end);
  if (at < end && (bytes[at] === LOWER_E || bytes[at] === UPPER_E)) {
    const negative = bytes[at + 1] === MINUS;
    at += negative || bytes[at + 1] === PLUS ? 2 : 1;
    if (at === end) return word(bytes, start, end);
    let exponent = 0;
    for (; at < end && isDigit(bytes[at]); at += 1) exponent = exponent * 10 + ((bytes[at] ?? 0) - ZERO);
    power += negative ? -exponent : exponent;
  }
  if (at !== end) return word(bytes, start, end);
  const factor = POWERS[Math.abs(power)];
  // Rare: so small or large that the powers of ten are not exact any more.
  if (factor === undefined) return Number(textOf(bytes, start, end));
  const size = power < 0 ? mantissa / factor : mantissa * factor;
  return sign === MINUS ? -size : size;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= ZERO + 9;
}

function word(bytes: Uint8Array, start: number, end: number): number {
  const text = textOf(bytes, start, end);
  const known = WORDS[text];
  if (known === undefined) throw badAnswer(`${JSON.stringify(text.slice(0, 40))} is no number`);
  return known;
}

function textOf(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.subarray(start, end)).toString('latin1');
}
