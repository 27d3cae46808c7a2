import type { DorisVersion, SqlAnswer } from '../../cluster.ts';
import type { ClusterState, UserState } from '../../model/state.ts';
import { coded, failure } from '../answer/errors.ts';

export type Privilege = 'NODE' | 'ADMIN' | 'SELECT';

/** Any of these privileges is enough; `named` is how the refusal calls them, which differs from statement to statement. */
export interface Need {
  readonly anyOf: readonly Privilege[];
  readonly named: string;
}

const NODE: Need = { anyOf: ['NODE'], named: 'NODE' };
const ADMIN: Need = { anyOf: ['ADMIN'], named: 'ADMIN' };
const ADMIN_OR_NODE: Need = { anyOf: ['ADMIN', 'NODE'], named: 'ADMIN' };

export const needsNode = (): Need => NODE;
export const needsAdmin = (): Need => ADMIN;
/** From 4.0 some refusals use the privilege's own name. */
export const needsAdminPriv = (version: DorisVersion): Need =>
  version === '4.0' ? { anyOf: ['ADMIN'], named: 'Admin_priv' } : ADMIN;
/** #32751 of 2024-03-26 lets NODE_PRIV in. */
export const needsAdminForProc = (version: DorisVersion): Need => (version === '2.1' ? ADMIN : ADMIN_OR_NODE);
/** #50140 of 2025-05-06 opens SHOW BACKENDS and SHOW FRONTENDS to every user. */
export const needsAdminOrNodeBefore40 = (version: DorisVersion): Need | undefined =>
  version === '4.0' ? undefined : { anyOf: ['ADMIN', 'NODE'], named: 'ADMIN/OPERATOR' };
export const needsAdminOrNode = (): Need => ({ anyOf: ['ADMIN', 'NODE'], named: 'ADMIN/OPERATOR' });
/** #33347 of 2024-04-15 brought the check. */
export const needsAdminFrom30 = (version: DorisVersion): Need | undefined =>
  version === '2.1' ? undefined : needsAdminPriv(version);

export function userOf(state: ClusterState, name: string): UserState | undefined {
  return state.users.find((user) => user.name === name);
}

/** Roles: `admin` holds ADMIN_PRIV, `operator` (root's alone) both. */
export function hasPrivilege(user: UserState | undefined, privilege: Privilege): boolean {
  if (user === undefined) return false;
  if (user.privileges.includes(privilege) || user.roles.includes('operator')) return true;
  const isAdmin = user.privileges.includes('ADMIN') || user.roles.includes('admin');
  // ADMIN_PRIV opens every table, and does not hold NODE_PRIV.
  return privilege === 'SELECT' ? isAdmin : privilege === 'ADMIN' && isAdmin;
}

export function isAllowed(user: UserState | undefined, need: Need): boolean {
  return need.anyOf.some((privilege) => hasPrivilege(user, privilege));
}

/** 1227 until 3.0, 1105 from 4.0; the brackets came between 2.1.0 and 3.0. */
export function accessDenied(version: DorisVersion, named: string): Extract<SqlAnswer, { kind: 'error' }> {
  const what = version === '2.1' ? named : `(${named})`;
  const text = `Access denied; you need (at least one of) the ${what} privilege(s) for this operation`;
  return version === '4.0' ? failure(text) : coded(1227, '42000', `errCode = 2, detailMessage = ${text}`);
}
