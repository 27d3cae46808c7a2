import { changePrivileges, createUser, dropUser } from '../../model/users.ts';
import type { UserState } from '../../model/state.ts';
import { refuse, StatementRefused } from '../answer/errors.ts';
import { isFrom } from '../answer/table.ts';
import { type Execution, type Statement, valueOf, valuesOf } from '../statement.ts';
import type { Captures } from '../text/form.ts';
import { nereidsRefusal } from '../text/syntax-error.ts';
import { needsAdmin, userOf } from './needs.ts';

const IDENTITY = '<user:word> [@ <host:word>]';

/** Accounts on `*.*.*`, as a guide to the autoscaler sets them up. */
export const USER_STATEMENTS: readonly Statement[] = [
  {
    kind: 'write',
    form: `CREATE USER [IF NOT EXISTS] ${IDENTITY} [IDENTIFIED BY <password:string>] [DEFAULT ROLE <role:word>]`,
    needs: needsAdmin,
    plan: planCreate,
  },
  { kind: 'write', form: `DROP USER [IF EXISTS] ${IDENTITY}`, needs: needsAdmin, plan: planDrop },
  {
    kind: 'write',
    form: `GRANT <privileges:words> ON <on:target> TO ${IDENTITY}`,
    needs: needsAdmin,
    plan: (...of) => planChange(...of, { granted: true }),
  },
  {
    kind: 'write',
    form: `REVOKE <privileges:words> ON <on:target> FROM ${IDENTITY}`,
    needs: needsAdmin,
    plan: (...of) => planChange(...of, { granted: false }),
  },
];

function planCreate({ state }: Execution, captures: Captures): (() => void) | undefined {
  const name = valueOf(captures, 'user');
  const role = captures.has('role') ? valueOf(captures, 'role') : undefined;
  if (role === 'operator') refuse('Can not granted user to role: operator');
  if (role !== undefined && role !== 'admin') refuse(`Role: ${role} does not exist`);
  if (userOf(state, name) !== undefined) refuse(`User '${name}'@'%' already exist`);
  const password = captures.has('password') ? valueOf(captures, 'password') : undefined;
  return () => {
    createUser(state, { name, password, roles: role === undefined ? [] : [role] });
  };
}

function planDrop({ state }: Execution, captures: Captures): () => void {
  const name = valueOf(captures, 'user');
  if (userOf(state, name) === undefined) refuse(`User '${name}'@'%' does not exist`);
  return () => {
    dropUser(state, name);
  };
}

const PRIVILEGES: Readonly<Partial<Record<string, UserState['privileges'][number]>>> = {
  NODE_PRIV: 'NODE',
  ADMIN_PRIV: 'ADMIN',
  SELECT_PRIV: 'SELECT',
};
/** Known to Doris; nothing that is simulated asks for them. */
const OTHERS: ReadonlySet<string> = new Set([
  'GRANT_PRIV',
  'LOAD_PRIV',
  'ALTER_PRIV',
  'CREATE_PRIV',
  'DROP_PRIV',
  'USAGE_PRIV',
  'SHOW_VIEW_PRIV',
]);

/** What is granted on one database or table alone changes nothing that is simulated. */
function planChange(
  { state, version, text }: Execution,
  captures: Captures,
  { granted }: { readonly granted: boolean },
): () => void {
  const names = valuesOf(captures, 'privileges').map((name) => name.toUpperCase());
  const unknown = names.find((name) => PRIVILEGES[name] === undefined && !OTHERS.has(name));
  if (unknown !== undefined) {
    if (!isFrom(version, '4.0')) throw new StatementRefused(nereidsRefusal(text));
    refuse(`Unknown privilege type ${unknown}`);
  }
  const isGlobal = valueOf(captures, 'on') === '*.*.*';
  if (!isGlobal && names.some((name) => name === 'NODE_PRIV' || name === 'ADMIN_PRIV'))
    refuse('ADMIN_PRIV and NODE_PRIV can only be granted/revoke on/from *.*.*');
  const name = valueOf(captures, 'user');
  const user = userOf(state, name) ?? refuse(`user '${name}'@'%' does not exist`);
  const privileges = isGlobal ? names.flatMap((each) => PRIVILEGES[each] ?? []) : [];
  return () => {
    changePrivileges(state, user, privileges, { granted });
  };
}
