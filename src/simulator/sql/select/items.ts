import { refuse } from '../answer/errors.ts';
import { formatTime } from '../answer/format.ts';
import { isFrom, TYPES } from '../answer/table.ts';
import type { Execution } from '../statement.ts';
import type { Token } from '../text/tokens.ts';
import { variableOf } from './variables.ts';

/** One expression of a SELECT without FROM. */
export interface Item {
  readonly name: string;
  readonly type: number;
  readonly value: string | null;
}

/** The expressions between the commas. */
export function splitItems(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const items: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (token.raw === '(') depth += 1;
    if (token.raw === ')') depth -= 1;
    if (token.raw === ',' && depth === 0) items.push([]);
    else items.at(-1)?.push(token);
  }
  return items;
}

export function spelled(tokens: readonly Token[]): string {
  return tokens.map(({ raw }) => raw).join('');
}

export function evaluate(execution: Execution, tokens: readonly Token[]): Item {
  const as = tokens.findIndex(({ value, kind }) => kind === 'word' && value === 'AS');
  const expression = as < 0 ? tokens : tokens.slice(0, as);
  const alias = as < 0 ? undefined : tokens[as + 1];
  const [first] = expression;
  if (first === undefined) return refuse('Syntax error');
  const found = valueOf(execution, first, spelled(expression));
  return alias === undefined ? found : { ...found, name: alias.kind === 'word' ? alias.raw : alias.value };
}

function valueOf(execution: Execution, first: Token, written: string): Item {
  const { version } = execution;
  if (first.kind === 'number') return { name: written, ...number(written) };
  if (first.kind === 'string')
    return { name: isFrom(version, '4.0') ? written : first.value, type: TYPES.text, value: first.value };
  if (first.value === 'NULL') return { name: 'NULL', type: TYPES.string, value: null };
  if (first.value.startsWith('@@')) {
    const variable = written.replace(/^@@((session|global)\.)?/i, '');
    const value = variableOf(execution, variable) ?? refuse(`Unknown system variable '${variable}'`);
    return { name: written, type: TYPES.text, value };
  }
  return functionOf(execution, written);
}

function functionOf({ state, version, session }: Execution, written: string): Item {
  const isNew = isFrom(version, '4.0');
  // Until 3.0 the name of a function is spelled small.
  const name = isNew ? written : written.toLowerCase();
  switch (written.toUpperCase()) {
    case 'VERSION()':
      return { name, type: isNew ? TYPES.text : TYPES.string, value: '5.7.99' };
    case 'CONNECTION_ID()':
      return { name, type: TYPES.bigint, value: String(session.connectionId) };
    case 'CURRENT_USER()':
      return { name, type: isNew ? TYPES.string : TYPES.text, value: `'${session.user}'@'%'` };
    case 'USER()':
      return { name, type: TYPES.string, value: `'${session.user}'@'${session.clientHost}'` };
    case 'DATABASE()':
    case 'SCHEMA()':
      return { name, type: TYPES.string, value: session.database ?? '' };
    case 'NOW()':
    case 'CURRENT_TIMESTAMP()':
      return { name, type: TYPES.datetime, value: formatTime(state.nowMs) };
    default:
      return refuse(`Unknown column '${written}' in 'table list' in PROJECT clause`);
  }
}

function number(text: string): { readonly type: number; readonly value: string } {
  if (text.includes('.')) return { type: TYPES.decimal, value: text };
  const value = Number(text);
  if (value < 128) return { type: TYPES.tiny, value: text };
  if (value < 32_768) return { type: TYPES.small, value: text };
  return { type: value < 2 ** 31 ? TYPES.int : TYPES.bigint, value: text };
}
