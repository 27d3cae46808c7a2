/** What a scan found: a value, and the byte after it. Given in and filled, since it is done a million times. */
export interface Found {
  value: number;
  end: number;
}

export interface Refusal {
  readonly message: string;
  readonly hint: string;
}

const COMMA = 44;
const POINT = 46;
const ZERO = 48;
const NINE = 57;
/** So many digits are exact in a double, and so are powers of ten so large: their quotient is rounded but once. */
const EXACT_DIGITS = 15;
const POWERS = Array.from({ length: 23 }, (_, power) => 10 ** power);
const HINT = 'a load of 0 or more, such as 12.5; without a line the value before it holds on';

/** A load in [from, stop); undefined when it was found. */
export function scanNumber(bytes: Uint8Array, from: number, stop: number, found: Found): Refusal | undefined {
  let at = from;
  let mantissa = 0;
  let digits = 0;
  let fraction = -1;
  for (; at < stop; at += 1) {
    const byte = bytes[at] ?? COMMA;
    if (byte >= ZERO && byte <= NINE) {
      mantissa = mantissa * 10 + (byte - ZERO);
      digits += 1;
      if (fraction >= 0) fraction += 1;
    } else if (byte === POINT && fraction < 0) fraction = 0;
    else break;
  }
  const plain = at === stop || bytes[at] === COMMA;
  if (plain && digits > 0 && digits <= EXACT_DIGITS) {
    found.value = fraction > 0 ? mantissa / (POWERS[fraction] ?? 1) : mantissa;
    found.end = at;
    return undefined;
  }
  return scanSlowly(bytes, from, stop, found);
}

/** Signs, exponents, more digits than are exact, and whatever is no number. */
function scanSlowly(bytes: Uint8Array, from: number, stop: number, found: Found): Refusal | undefined {
  let end = from;
  while (end < stop && bytes[end] !== COMMA) end += 1;
  const whole = new TextDecoder().decode(bytes.subarray(from, end));
  const text = whole.replace(/["\s]+$/, '');
  if (text === '') return { message: 'is empty', hint: HINT };
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN;
  if (/^[+-]?nan$/i.test(text)) return { message: `${text} is no load`, hint: HINT };
  if (Number.isNaN(value)) return { message: `${JSON.stringify(text)} is no number`, hint: HINT };
  if (value < 0) return { message: `${text} is below 0`, hint: HINT };
  if (!Number.isFinite(value)) return { message: `${text} is too large`, hint: HINT };
  found.value = value;
  found.end = from + text.length;
  return undefined;
}
