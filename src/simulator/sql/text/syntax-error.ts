import type { DorisVersion, SqlAnswer } from '../../cluster.ts';
import { bare, failure } from '../answer/errors.ts';
import { isFrom } from '../answer/table.ts';
import { FIRST_WORDS, IDENTIFIERS_AND_LITERALS, NEREIDS_FIRST_WORDS } from './grammar.ts';
import { type Token, tokenise } from './tokens.ts';

/** How far a form of the grammar got. */
export interface Attempt {
  readonly failedAt: number;
  readonly expected: readonly string[];
}

/** ANTLR's own words for what it could not read. */
export function syntaxError(
  version: DorisVersion,
  text: string,
  tokens: readonly Token[],
  attempts: readonly Attempt[],
): Extract<SqlAnswer, { readonly kind: 'error' }> {
  return isFrom(version, '4.0') ? failure(`\n${describe(text, tokens, attempts)}\n`) : nereidsRefusal(text, tokens);
}

/** Until 3.0 also for what the old grammar alone reads and then refuses. */
export function nereidsRefusal(
  text: string,
  tokens: readonly Token[] = tokenise(text),
): Extract<SqlAnswer, { readonly kind: 'error' }> {
  return bare(`ParseException, msg: \n${describeNereids(text, tokens)}\n`);
}

function describe(text: string, tokens: readonly Token[], attempts: readonly Attempt[]): string {
  const failedAt = Math.max(0, ...attempts.map((attempt) => attempt.failedAt));
  const token = tokens[failedAt];
  if (attempts.length === 0 || failedAt === 0 || token === undefined)
    return `mismatched input '${tokens[0]?.raw ?? ''}' expecting ${FIRST_WORDS}${place(text, tokens[0])}`;
  const farthest = attempts.filter((attempt) => attempt.failedAt === failedAt);
  const expected = [...new Set(farthest.flatMap((attempt) => attempt.expected))];
  const [only] = expected;
  if (only === '<EOF>' && expected.length === 1) {
    const isLast = tokens[failedAt + 1]?.kind === 'end';
    return `${isLast ? 'extraneous' : 'mismatched'} input '${token.raw}' expecting {<EOF>, ';'}${place(text, token)}`;
  }
  if (only !== undefined && expected.length === 1) {
    if (only === 'IDENTIFIER')
      return `mismatched input '${token.raw}' expecting ${IDENTIFIERS_AND_LITERALS}${place(text, token)}`;
    return token.kind === 'end'
      ? `missing ${only} at '<EOF>'${place(text, token)}`
      : `mismatched input '${token.raw}' expecting ${only}${place(text, token)}`;
  }
  const start = DECISIONS.find(
    (words) => words.length <= failedAt && words.every((word, at) => word === tokens[at]?.value),
  )?.length;
  const read = text.slice(tokens[start ?? 0]?.at ?? 0, token.at + (token.kind === 'end' ? 0 : token.raw.length));
  return `no viable alternative at input '${read}'${place(text, token)}`;
}

/** Where the alternatives of a rule begin after some words; those of most others begin with the statement. */
const DECISIONS: readonly (readonly string[])[] = [
  ['ALTER', 'SYSTEM'],
  ['SHOW', 'ROUTINE', 'LOAD'],
];

/**
 * Until 3.0 the text comes from the new grammar, which knows no word of most statements that the old one reads after it, so it
 * complains of the first or second word whatever is wrong.
 */
function describeNereids(text: string, tokens: readonly Token[]): string {
  const [first, second] = tokens;
  if (first === undefined || second === undefined) return '';
  if (!NEREIDS_FIRST_WORDS.includes(`'${first.value}'`)) {
    const skipped = NEREIDS_FIRST_WORDS.includes(`'${second.value}'`) && second.value === 'SHOW';
    return `${skipped ? 'extraneous' : 'mismatched'} input '${first.raw}' expecting ${NEREIDS_FIRST_WORDS}${place(text, first)}`;
  }
  switch (first.value) {
    case 'SHOW':
      return `mismatched input '${second.raw}' expecting 'CONSTRAINTS'${place(text, second)}`;
    case 'CANCEL':
      return `mismatched input '${second.raw}' expecting 'MATERIALIZED'${place(text, second)}`;
    default:
      return `no viable alternative at input '${text.slice(first.at, second.at + second.raw.length)}'${place(text, second)}`;
  }
}

function place(text: string, token: Token | undefined): string {
  const before = text.slice(0, token?.at ?? 0);
  const line = before.split('\n').length;
  const column = before.length - (before.lastIndexOf('\n') + 1);
  return `(line ${String(line)}, pos ${String(column)})`;
}
