import type { DorisVersion, SqlAnswer } from '../../cluster.ts';
import type { UserState } from '../../model/state.ts';
import { columns, type Fields, isFrom, table } from '../answer/table.ts';
import type { Execution, Statement } from '../statement.ts';
import { hasPrivilege, needsAdmin, userOf } from './needs.ts';

export const GRANTS = columns(
  `UserIdentity, Comment from 4.0, Password, Roles, GlobalPrivs, CatalogPrivs, DatabasePrivs, TablePrivs, ColPrivs,
  ResourcePrivs, CloudClusterPrivs, CloudStagePrivs from 4.0, StorageVaultPrivs from 4.0, WorkloadGroupPrivs,
  ComputeGroupPrivs from 4.0`,
);

const ROLES = columns(
  `Name, Comment from 4.0, Users, GlobalPrivs, CatalogPrivs, DatabasePrivs, TablePrivs, ResourcePrivs, CloudClusterPrivs,
  CloudStagePrivs from 4.0, StorageVaultPrivs from 4.0, WorkloadGroupPrivs from 4.0, ComputeGroupPrivs from 4.0`,
);

export const GRANT_STATEMENTS: readonly Statement[] = [
  {
    kind: 'read',
    form: 'SHOW GRANTS',
    by: 'local',
    run: ({ state, version, session }) =>
      showGrants(
        version,
        [userOf(state, session.user)].flatMap((user) => user ?? []),
      ),
  },
  {
    kind: 'read',
    form: 'SHOW ALL GRANTS',
    by: 'local',
    needs: needsAdmin,
    run: ({ state, version }) => showGrants(version, state.users),
  },
  { kind: 'read', form: 'SHOW ROLES', by: 'local', needs: needsAdmin, run: showRoles },
];

export function showGrants(version: DorisVersion, users: readonly UserState[]): SqlAnswer {
  return table(
    version,
    GRANTS,
    users.map((user) => grantFields(version, user)),
  );
}

function grantFields(version: DorisVersion, user: UserState): Fields {
  return {
    UserIdentity: identity(user),
    Comment: user.name === 'root' ? 'ROOT' : user.name === 'admin' ? 'ADMIN' : '',
    Password: user.password === undefined ? 'No' : 'Yes',
    Roles: user.roles.join(','),
    GlobalPrivs: privileges(
      version,
      (['NODE', 'ADMIN', 'SELECT'] as const).filter((privilege) => isShown(user, privilege)),
    ),
    DatabasePrivs: ['information_schema', 'mysql']
      .map((name) => `internal.${name}: ${privileges(version, ['SELECT']) ?? ''}`)
      .join('; '),
    WorkloadGroupPrivs: `normal: ${privileges(version, ['USAGE']) ?? ''}`,
  };
}

/** What was granted, not what it opens. */
function isShown(user: UserState, privilege: 'NODE' | 'ADMIN' | 'SELECT'): boolean {
  return privilege === 'SELECT' ? user.privileges.includes('SELECT') : hasPrivilege(user, privilege);
}

/** Until 3.0 each is followed by a blank. */
function privileges(version: DorisVersion, names: readonly string[]): string | null {
  if (names.length === 0) return null;
  const written = names.map((name) => `${name.charAt(0)}${name.slice(1).toLowerCase()}_priv`);
  return isFrom(version, '4.0') ? written.join(',') : written.map((name) => `${name} `).join('');
}

function identity(user: UserState): string {
  return `'${user.name}'@'%'`;
}

function showRoles({ state, version }: Execution): SqlAnswer {
  const roles = [
    { name: 'admin', grants: ['ADMIN'] },
    { name: 'operator', grants: ['NODE', 'ADMIN'] },
  ];
  return table(
    version,
    ROLES,
    roles.map(({ name, grants }) => ({
      Name: name,
      Users: state.users
        .filter((user) => user.roles.includes(name))
        .map(identity)
        .join(', '),
      GlobalPrivs: privileges(version, grants),
    })),
  );
}
