/** One word, literal or sign of a statement. `at` is its offset in the text, which ANTLR prints as `pos`. */
export interface Token {
  readonly kind: 'word' | 'string' | 'name' | 'number' | 'sign' | 'end';
  /** As written, quotes included. */
  readonly raw: string;
  /** Without quotes; a word in upper case. */
  readonly value: string;
  readonly at: number;
}

const PATTERN =
  /(?<blank>\s+|--[^\n]*|#[^\n]*|\/\*[\s\S]*?\*\/)|(?<string>"(?:[^"\\]|\\[\s\S]|"")*"|'(?:[^'\\]|\\[\s\S]|'')*')|(?<name>`(?:[^`]|``)*`)|(?<number>\d+\.\d*|\.\d+|\d+)|(?<word>@{0,2}[A-Za-z_][A-Za-z0-9_$]*)|(?<sign>!=|<>|<=|>=|[\s\S])/gy;

export function tokenise(text: string): readonly Token[] {
  const tokens: Token[] = [];
  for (const match of text.matchAll(PATTERN)) {
    const token = tokenOf(match);
    if (token !== undefined) tokens.push(token);
  }
  tokens.push({ kind: 'end', raw: '<EOF>', value: '<EOF>', at: text.length });
  return tokens;
}

function tokenOf(match: RegExpMatchArray): Token | undefined {
  const raw = match[0];
  const at = match.index ?? 0;
  const { string, name, number, word, sign } = match.groups ?? {};
  if (string !== undefined) return { kind: 'string', raw, value: unescape(raw), at };
  if (name !== undefined) return { kind: 'name', raw, value: raw.slice(1, -1).replaceAll('``', '`'), at };
  if (number !== undefined) return { kind: 'number', raw, value: raw, at };
  if (word !== undefined) return { kind: 'word', raw, value: raw.toUpperCase(), at };
  return sign === undefined ? undefined : { kind: 'sign', raw, value: raw, at };
}

function unescape(raw: string): string {
  const quote = raw.charAt(0);
  return raw
    .slice(1, -1)
    .replaceAll(quote + quote, quote)
    .replaceAll(/\\([\s\S])/g, '$1');
}

/** The statements of one text, split by ';', empty ones left out. */
export function splitStatements(text: string): readonly string[] {
  if (!text.includes(';')) return text.trim() === '' ? [] : [text];
  const statements: string[] = [];
  let start = 0;
  for (const token of tokenise(text)) {
    if (token.kind !== 'end' && token.raw !== ';') continue;
    const statement = text.slice(start, token.at).trim();
    if (statement !== '') statements.push(statement);
    start = token.at + 1;
  }
  return statements;
}
