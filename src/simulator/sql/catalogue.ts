import { remembering } from '../../domain/remembering.ts';
import type { DorisVersion, SqlAnswer } from '../cluster.ts';
import { GRANT_STATEMENTS } from './access/grants.ts';
import { PROCESS_STATEMENTS } from './access/processes.ts';
import { isFrom } from './answer/table.ts';
import { ALTER_BACKEND_STATEMENTS } from './backends/alter-backends.ts';
import { BACKEND_STATEMENTS } from './backends/show-backends.ts';
import { CONFIG_STATEMENTS } from './config/frontend-configs.ts';
import { ALTER_FRONTEND_STATEMENTS } from './frontends/alter-frontends.ts';
import { FRONTEND_STATEMENTS } from './frontends/show-frontends.ts';
import { PROC_STATEMENTS } from './proc/proc.ts';
import { SELECT_STATEMENTS } from './select/select.ts';
import { VARIABLE_STATEMENTS } from './select/variables.ts';
import { DATABASE_STATEMENTS } from './tables/databases.ts';
import { JOB_STATEMENTS } from './tables/jobs.ts';
import { PARTITION_STATEMENTS } from './tables/partitions.ts';
import { REPLICA_STATEMENTS } from './tables/replicas.ts';
import { USER_STATEMENTS } from './access/users.ts';
import { CREATE_STATEMENTS } from './tables/create-table.ts';
import { SHOW_CREATE_TABLE_STATEMENTS } from './tables/show-create-table.ts';
import { DESCRIBE_STATEMENTS } from './system/describe.ts';
import { OTHER_STATEMENTS } from './system/others.ts';
import { TABLET_STATEMENTS } from './tables/tablets.ts';
import { EMPTY_STATEMENTS } from './system/empty.ts';
import { TRASH_STATEMENTS } from './backends/trash.ts';
import type { Statement } from './statement.ts';
import { type Captures, type Form, match, parseForm } from './text/form.ts';
import { type Attempt, syntaxError } from './text/syntax-error.ts';
import { type Token, tokenise } from './text/tokens.ts';

const STATEMENTS: readonly Statement[] = [
  ...FRONTEND_STATEMENTS,
  ...ALTER_FRONTEND_STATEMENTS,
  ...BACKEND_STATEMENTS,
  ...ALTER_BACKEND_STATEMENTS,
  ...CONFIG_STATEMENTS,
  ...PROC_STATEMENTS,
  ...PROCESS_STATEMENTS,
  ...GRANT_STATEMENTS,
  ...DATABASE_STATEMENTS,
  ...PARTITION_STATEMENTS,
  ...REPLICA_STATEMENTS,
  ...JOB_STATEMENTS,
  ...TABLET_STATEMENTS,
  ...CREATE_STATEMENTS,
  ...SHOW_CREATE_TABLE_STATEMENTS,
  ...USER_STATEMENTS,
  ...DESCRIBE_STATEMENTS,
  ...EMPTY_STATEMENTS,
  ...OTHER_STATEMENTS,
  ...TRASH_STATEMENTS,
  ...VARIABLE_STATEMENTS,
  ...SELECT_STATEMENTS,
];

/** Known to the grammar alone: so far a text is right, and what is expected then counts in the parse error. */
const GRAMMAR_ONLY = ['CANCEL ALTER TABLE <rest>', 'SHOW ROUTINE LOAD FOR <rest>', 'SHOW ROUTINE LOAD LIKE <rest>'].map(
  parseForm,
);

interface Entry {
  readonly statement: Statement;
  readonly form: Form;
}

/** By version and first word. */
const ENTRIES: Readonly<Record<DorisVersion, ReadonlyMap<string, readonly Entry[]>>> = {
  '2.1': entriesOf('2.1'),
  '3.0': entriesOf('3.0'),
  '4.0': entriesOf('4.0'),
};

function entriesOf(version: DorisVersion): ReadonlyMap<string, readonly Entry[]> {
  const entries = new Map<string, Entry[]>();
  for (const statement of STATEMENTS) {
    if (!isFrom(version, statement.from ?? '2.1') || !isFrom(statement.until ?? '4.0', version)) continue;
    for (const first of (statement.form.split(' ')[0] ?? '').split('|')) {
      const known = entries.get(first) ?? [];
      known.push({ statement, form: parseForm(statement.form) });
      entries.set(first, known);
    }
  }
  return entries;
}

export type Found =
  | { readonly statement: Statement; readonly captures: Captures }
  | Extract<SqlAnswer, { readonly kind: 'error' }>;

/** Pollers ask the same few texts over and over. */
const MOST_REMEMBERED = 500;
const FINDERS: Readonly<Record<DorisVersion, (text: string) => Found>> = {
  '2.1': remembering(MOST_REMEMBERED, (text) => parse('2.1', text)),
  '3.0': remembering(MOST_REMEMBERED, (text) => parse('3.0', text)),
  '4.0': remembering(MOST_REMEMBERED, (text) => parse('4.0', text)),
};

/** The statement that a text is, or the parse error that Doris would give it. */
export function findStatement(version: DorisVersion, text: string): Found {
  return FINDERS[version](text);
}

function parse(version: DorisVersion, text: string): Found {
  const tokens: readonly Token[] = tokenise(text);
  const attempts: Attempt[] = [];
  for (const { statement, form } of ENTRIES[version].get(tokens[0]?.value ?? '') ?? []) {
    const found = match(form, tokens);
    if ('captures' in found) return { statement, captures: found.captures };
    attempts.push(found);
  }
  for (const form of GRAMMAR_ONLY) {
    const found = match(form, tokens);
    if (!('captures' in found) && found.failedAt > 0) attempts.push(found);
  }
  return syntaxError(version, text, tokens, attempts);
}
