import type { DorisVersion } from '../cluster.ts';
import type { ClusterState, UserState } from '../model/state.ts';
import { hasPrivilege, type Privilege, userOf } from '../sql/access/needs.ts';
import type { RestRequest } from './exchange.ts';
import { type Envelope, unauthorized } from './reply.ts';

/** Basic authentication. Unlike the MySQL port it checks root's password over loopback, too. */
export function logIn(
  state: ClusterState,
  { authorization, path }: RestRequest,
): { readonly user: UserState } | { readonly refusal: Envelope } {
  if (authorization === undefined) {
    const isConsole = path.startsWith('/rest/v1/');
    return { refusal: unauthorized(isConsole ? 'Cookie is invalid' : 'Need auth information.') };
  }
  const user = userOf(state, authorization.user);
  if (user !== undefined && (user.password ?? '') === authorization.password) return { user };
  const using = authorization.password === '' ? 'NO' : 'YES';
  return {
    refusal: unauthorized(`Access denied for user '${authorization.user}@127.0.0.1' (using password: ${using})`),
  };
}

/** Undefined: allowed. The name of a privilege is followed by a blank up to 3.0. */
export function refusalOf(version: DorisVersion, user: UserState, privilege: Privilege): Envelope | undefined {
  if (hasPrivilege(user, privilege)) return undefined;
  const name = `${privilege.charAt(0)}${privilege.slice(1).toLowerCase()}_priv${version === '4.0' ? '' : ' '}`;
  return unauthorized(`Access denied; you need (at least one of) the ${name} privilege(s) for this operation`);
}
