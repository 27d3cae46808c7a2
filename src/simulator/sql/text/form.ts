import type { Token } from './tokens.ts';

/**
 * The form of a statement, written as in a manual: `SHOW PARTITIONS FROM <table:name> [WHERE <rest>]`.
 * Capital words are keywords (`A|B` either of them, `word` in small letters matches only as written), `[...]` may be
 * left out, a sign stands for itself and `<name:kind>` is captured; of pairs, `quoted` wants quotes around both; a
 * `target` is what a privilege is granted on.
 */
export type Form = readonly Part[];

type Part =
  | { readonly kind: 'keyword'; readonly words: readonly string[]; readonly exact: boolean }
  | { readonly kind: 'sign'; readonly sign: string }
  | { readonly kind: 'capture'; readonly name: string; readonly as: CaptureKind }
  | { readonly kind: 'optional'; readonly form: Form };

type CaptureKind = 'string' | 'strings' | 'name' | 'number' | 'word' | 'words' | 'target' | 'pairs' | 'quoted' | 'rest';

/** One captured place: the values in order; a pair is two of them. */
export type Captures = ReadonlyMap<string, readonly string[]>;

export type Match =
  | { readonly captures: Captures }
  | { readonly failedAt: number; readonly expected: readonly string[] };

export function parseForm(text: string): Form {
  const pieces = text.match(/<\w[^>]*>|\[|\]|[A-Za-z_|]+|!=|\S/g) ?? [];
  const stack: Part[][] = [[]];
  for (const piece of pieces) {
    if (piece === '[') stack.push([]);
    else if (piece === ']') {
      const form = stack.pop() ?? [];
      stack.at(-1)?.push({ kind: 'optional', form });
    } else stack.at(-1)?.push(partOf(piece));
  }
  return stack[0] ?? [];
}

function partOf(piece: string): Part {
  const [, name, as] = /^<(\w+)(?::(\w+))?>$/.exec(piece) ?? [];
  if (name !== undefined) return { kind: 'capture', name, as: (as ?? name) as CaptureKind };
  if (!/^[A-Za-z]/.test(piece)) return { kind: 'sign', sign: piece };
  const exact = piece === piece.toLowerCase();
  return { kind: 'keyword', words: piece.split('|'), exact };
}

interface Progress {
  at: number;
  readonly captures: Map<string, readonly string[]>;
  /** Where the farthest attempt ended, and what would have gone on there. */
  failedAt: number;
  expected: string[];
}

export function match(form: Form, tokens: readonly Token[]): Match {
  const progress: Progress = { at: 0, captures: new Map(), failedAt: 0, expected: [] };
  if (matchParts(form, tokens, progress) && tokens[progress.at]?.kind === 'end') return { captures: progress.captures };
  if (progress.at > progress.failedAt) {
    progress.failedAt = progress.at;
    progress.expected = [];
  }
  if (progress.expected.length === 0) progress.expected.push('<EOF>');
  return { failedAt: progress.failedAt, expected: progress.expected };
}

function matchParts(form: Form, tokens: readonly Token[], progress: Progress): boolean {
  return form.every((part) => matchPart(part, tokens, progress));
}

function matchPart(part: Part, tokens: readonly Token[], progress: Progress): boolean {
  const token = tokens[progress.at];
  if (token === undefined) return false;
  switch (part.kind) {
    case 'keyword': {
      const found = token.kind === 'word' && part.words.includes(part.exact ? token.raw : token.value);
      if (found) progress.at += 1;
      else fail(progress, ...part.words.map((word) => `'${word}'`));
      return found;
    }
    case 'sign':
      if (token.raw !== part.sign) return fail(progress, part.sign === '=' ? 'EQ' : `'${part.sign}'`);
      progress.at += 1;
      return true;
    case 'optional': {
      const before = progress.at;
      if (!matchParts(part.form, tokens, progress)) {
        if (progress.at > before) return false;
        progress.at = before;
      }
      return true;
    }
    case 'capture': {
      const values = CAPTURES[part.as](tokens, progress);
      if (values === undefined) return false;
      progress.captures.set(part.name, values);
      return true;
    }
  }
}

function fail(progress: Progress, ...expected: readonly string[]): false {
  if (progress.at > progress.failedAt) {
    progress.failedAt = progress.at;
    progress.expected = [];
  }
  if (progress.at === progress.failedAt) progress.expected.push(...expected);
  return false;
}

type Capture = (tokens: readonly Token[], progress: Progress) => readonly string[] | undefined;

const CAPTURES: Readonly<Record<CaptureKind, Capture>> = {
  string: (tokens, progress) => one(tokens, progress, (token) => token.kind === 'string', 'STRING_LITERAL'),
  number: (tokens, progress) => one(tokens, progress, (token) => token.kind === 'number', 'INTEGER_VALUE'),
  word: (tokens, progress) =>
    one(tokens, progress, (token) => ['word', 'name', 'string', 'number'].includes(token.kind), 'IDENTIFIER'),
  strings: (tokens, progress) => commaList(tokens, progress, CAPTURES.string),
  name: (tokens, progress) => {
    const values: string[] = [];
    do {
      if (values.length > 0) progress.at += 1;
      const token = tokens[progress.at];
      if (token === undefined || (token.kind !== 'word' && token.kind !== 'name')) {
        fail(progress, 'IDENTIFIER');
        return undefined;
      }
      values.push(token.kind === 'word' ? token.raw : token.value);
      progress.at += 1;
    } while (tokens[progress.at]?.raw === '.');
    return values;
  },
  words: (tokens, progress) => commaList(tokens, progress, CAPTURES.word),
  target: (tokens, progress) => {
    const start = progress.at;
    while (/^(\*|\.|\w+)$/.test(tokens[progress.at]?.raw ?? '') && !isAfterTarget(tokens[progress.at]))
      progress.at += 1;
    const parts = tokens.slice(start, progress.at).map(({ raw }) => raw);
    return parts.length === 0 ? undefined : [parts.join('')];
  },
  pairs: (tokens, progress) => pairs(tokens, progress, CAPTURES.word),
  quoted: (tokens, progress) => pairs(tokens, progress, CAPTURES.string),
  rest: (tokens, progress) => {
    const rest = tokens.slice(progress.at, -1);
    progress.at = tokens.length - 1;
    return rest.map((token) => token.raw);
  },
};

/** A comma that nothing of the kind follows is left to what comes next in the form. */
function commaList(tokens: readonly Token[], progress: Progress, of: Capture): readonly string[] | undefined {
  const values: string[] = [];
  do {
    if (values.length > 0) progress.at += 1;
    const value = of(tokens, progress);
    if (value === undefined) return undefined;
    values.push(...value);
  } while (tokens[progress.at]?.raw === ',' && ['string', 'word'].includes(tokens[progress.at + 1]?.kind ?? ''));
  return values;
}

/** `*.*.*` or `db.*`, up to the next keyword. */
function isAfterTarget(token: Token | undefined): boolean {
  return token?.value === 'TO' || token?.value === 'FROM';
}

/** `("key" = "value", ...)` */
function pairs(tokens: readonly Token[], progress: Progress, of: Capture): readonly string[] | undefined {
  const values: string[] = [];
  if (!sign(tokens, progress, '(')) return undefined;
  do {
    if (values.length > 0) progress.at += 1;
    const key = of(tokens, progress);
    if (key === undefined || !sign(tokens, progress, '=')) return undefined;
    const value = of(tokens, progress);
    if (value === undefined) return undefined;
    values.push(...key, ...value);
  } while (tokens[progress.at]?.raw === ',');
  return sign(tokens, progress, ')') ? values : undefined;
}

function one(
  tokens: readonly Token[],
  progress: Progress,
  fits: (token: Token) => boolean,
  expected: string,
): readonly string[] | undefined {
  const token = tokens[progress.at];
  if (token === undefined || !fits(token)) {
    fail(progress, expected);
    return undefined;
  }
  progress.at += 1;
  return [token.kind === 'word' ? token.raw : token.value];
}

function sign(tokens: readonly Token[], progress: Progress, wanted: string): boolean {
  if (tokens[progress.at]?.raw !== wanted) return fail(progress, wanted === '=' ? 'EQ' : `'${wanted}'`);
  progress.at += 1;
  return true;
}
