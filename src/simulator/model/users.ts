import type { ClusterState, UserState } from './state.ts';

/* Accounts, known by their name alone: the host part of an identity is taken as `%`. Each change grows the journal by one. */

export function createUser(
  state: ClusterState,
  user: { readonly name: string; readonly password: string | undefined; readonly roles: readonly string[] },
): void {
  state.journalId += 1;
  state.users.push({ ...user, privileges: [] });
}

export function dropUser(state: ClusterState, name: string): void {
  state.journalId += 1;
  const at = state.users.findIndex((user) => user.name === name);
  if (at >= 0) state.users.splice(at, 1);
}

/** Adds privileges on *.*.*, or takes them away. */
export function changePrivileges(
  state: ClusterState,
  user: UserState,
  privileges: UserState['privileges'],
  { granted }: { readonly granted: boolean },
): void {
  state.journalId += 1;
  const others = user.privileges.filter((privilege) => !privileges.includes(privilege));
  user.privileges = granted ? [...others, ...privileges] : others;
}
