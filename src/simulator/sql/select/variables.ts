import type { DorisVersion, SqlAnswer } from '../../cluster.ts';
import type { ClusterState } from '../../model/state.ts';
import { accessDenied, isAllowed, userOf } from '../access/needs.ts';
import { failure, OK } from '../answer/errors.ts';
import { columns, isFrom, list } from '../answer/table.ts';
import { type Execution, type Statement, valueOf, valuesOf } from '../statement.ts';
import type { Captures } from '../text/form.ts';
import { likePattern } from '../text/like.ts';

const VARIABLES = columns('Variable_name, Value, Default_Value, Changed');

export const VARIABLE_STATEMENTS: readonly Statement[] = [
  { kind: 'read', form: 'SHOW [GLOBAL|SESSION] VARIABLES [LIKE <like:string>]', by: 'local', run: showVariables },
  { kind: 'read', form: 'SET <rest>', by: 'local', run: setVariables },
  { kind: 'read', form: 'BEGIN|COMMIT|ROLLBACK', by: 'local', run: () => OK },
  { kind: 'read', form: 'START TRANSACTION', by: 'local', run: () => OK },
];

type Defaults = ReadonlyMap<string, string>;

/** The variables that clients ask for, not all of the several hundred. */
const COMMON: Readonly<Record<string, string>> = {
  analyze_timeout: '43200',
  auto_increment_increment: '1',
  autocommit: 'true',
  character_set_client: 'utf8mb4',
  character_set_connection: 'utf8mb4',
  character_set_results: 'utf8mb4',
  character_set_server: 'utf8mb4',
  collation_connection: 'utf8mb4_0900_bin',
  collation_database: 'utf8mb4_0900_bin',
  collation_server: 'utf8mb4_0900_bin',
  enable_nereids_planner: 'true',
  enable_nereids_timeout: 'true',
  exec_mem_limit: '2147483648',
  forward_to_master: 'true',
  init_connect: '',
  insert_timeout: '14400',
  interactive_timeout: '3600',
  language: '/palo/share/english/',
  license: 'Apache License, Version 2.0',
  lower_case_table_names: '0',
  max_allowed_packet: '16777216',
  net_buffer_length: '16384',
  performance_schema: 'OFF',
  query_cache_size: '1048576',
  query_cache_type: '0',
  query_timeout: '900',
  sql_mode: 'ONLY_FULL_GROUP_BY',
  sql_select_limit: '9223372036854775807',
  system_time_zone: 'Etc/UTC',
  time_zone: 'Etc/UTC',
  transaction_isolation: 'READ-COMMITTED',
  transaction_read_only: 'false',
  tx_isolation: 'READ-COMMITTED',
  tx_read_only: 'false',
  version: '5.7.99',
  wait_timeout: '28800',
};

const UNTIL_30: Readonly<Record<string, string>> = {
  insert_visible_timeout_ms: '10000',
  nereids_timeout_second: '5',
  net_read_timeout: '60',
  net_write_timeout: '60',
};

const FROM_40: Readonly<Record<string, string>> = {
  audit_plugin_load_timeout: '600',
  cache_hot_spot_insert_timeout_second: '300',
  fetch_remote_schema_timeout_seconds: '120',
  insert_visible_timeout_ms: '60000',
  nereids_timeout_second: '30',
  net_read_timeout: '600',
  net_write_timeout: '600',
};

const SPELLED: Readonly<Record<DorisVersion, string>> = {
  '2.1': 'Doris version',
  '3.0': 'Doris version',
  '4.0': 'doris version',
};

function defaultsOf(state: ClusterState): Defaults {
  const { version, versionText } = state.profile;
  return new Map(
    Object.entries({
      ...COMMON,
      ...(isFrom(version, '4.0') ? FROM_40 : UNTIL_30),
      version_comment: `${SPELLED[version]} ${versionText}`,
    }).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** Undefined: no such variable. */
export function variableOf({ state, session }: Execution, name: string): string | undefined {
  const key = name.toLowerCase();
  return session.variables.get(key) ?? defaultsOf(state).get(key);
}

function showVariables({ state, version, session }: Execution, captures: Captures): SqlAnswer {
  const like = captures.has('like') ? likePattern(valueOf(captures, 'like'), 'i') : undefined;
  const rows = [...defaultsOf(state)]
    .filter(([name]) => like?.test(name) ?? true)
    .map(([name, byDefault]) => {
      const value = session.variables.get(name) ?? byDefault;
      return [name, value, byDefault, value === byDefault ? 0 : 1];
    });
  return list(version, VARIABLES, rows);
}

/** `SET [GLOBAL|SESSION] a = 1, @@session.b = 2`; NAMES, CHARSET and the like change nothing that is simulated. */
function setVariables({ state, version, session }: Execution, captures: Captures): SqlAnswer {
  const words = valuesOf(captures, 'rest');
  const first = words[0]?.toUpperCase();
  if (first === 'NAMES' || first === 'CHARACTER' || first === 'CHARSET' || first === 'TRANSACTION') return OK;
  const isGlobal = first === 'GLOBAL' || first === '@@GLOBAL';
  if (isGlobal && !isAllowed(userOf(state, session.user), { anyOf: ['ADMIN'], named: 'ADMIN' }))
    return accessDenied(version, 'ADMIN');
  const text = words.join(' ').replace(/^(GLOBAL|SESSION|LOCAL)\s/i, '');
  for (const [, name = '', value = ''] of text.matchAll(
    /(?:@@(?:session|global)\s*\.\s*|@@)?([A-Za-z_]\w*)\s*=\s*("[^"]*"|'[^']*'|[^,]+)/gi,
  )) {
    const key = name.toLowerCase();
    if (!defaultsOf(state).has(key) && !text.startsWith('@')) return failure(`Unknown system variable '${name}'`);
    if (!isGlobal) session.variables.set(key, unquote(value.trim()));
  }
  return OK;
}

function unquote(value: string): string {
  return value.replace(/^(["'])(.*)\1$/s, '$2');
}
