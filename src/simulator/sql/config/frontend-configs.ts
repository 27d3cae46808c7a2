import type { DorisVersion, SqlAnswer } from '../../cluster.ts';
import { configValue, setConfig } from '../../model/changes.ts';
import type { FrontendState } from '../../model/state.ts';
import { needsAdmin } from '../access/needs.ts';
import { failure, OK, refuse } from '../answer/errors.ts';
import { masterFor } from '../forwarding.ts';
import { columns, list, TYPES } from '../answer/table.ts';
import { type Execution, pairsOf, type Statement, valueOf } from '../statement.ts';
import type { Captures } from '../text/form.ts';
import { likePattern } from '../text/like.ts';
import { CONFIG_DEFAULTS, type ConfigKey } from './defaults.ts';

const NAMES = ['Key', 'Value', 'Type', 'IsMutable', 'MasterOnly', 'Comment'];
const CONFIGS = columns(NAMES.map((name) => `${name} until 3.0, ${name}:${String(TYPES.text)} from 4.0`).join(', '));

export const CONFIG_STATEMENTS: readonly Statement[] = [
  {
    kind: 'read',
    form: 'ADMIN SHOW FRONTEND CONFIG [LIKE <like:string>]',
    by: 'master',
    needs: needsAdmin,
    run: showConfigs,
  },
  {
    kind: 'read',
    form: 'SHOW FRONTEND CONFIG [LIKE <like:string>]',
    by: 'master',
    needs: needsAdmin,
    run: showConfigs,
  },
  {
    kind: 'read',
    form: 'SHOW BACKEND CONFIG [LIKE <like:string>]',
    from: '4.0',
    by: 'local',
    needs: needsAdmin,
    run: ({ state }) => {
      const backend = state.backends.find(({ row }) => row?.alive === true);
      if (backend === undefined) return failure("Can't get backend config, no alive backend");
      const url = `http://${backend.host}:${String(backend.ports.http)}/api/show_config`;
      return failure(
        `Can't get backend config, backendId: ${backend.row?.id ?? ''}, host: ${backend.host}. error: ${url}`,
      );
    },
  },
  {
    kind: 'read',
    form: 'ADMIN SET FRONTEND CONFIG <pairs:quoted>',
    until: '3.0',
    by: 'local',
    needs: needsAdmin,
    run: (execution, captures) => setOne(execution, captures, { everywhere: false }),
  },
  {
    kind: 'read',
    form: 'ADMIN SET FRONTEND CONFIG <pairs:pairs>',
    from: '4.0',
    by: 'local',
    needs: needsAdmin,
    run: (execution, captures) => setOne(execution, captures, { everywhere: false }),
  },
  {
    kind: 'read',
    form: 'ADMIN SET FRONTEND CONFIG <pairs:pairs> ALL',
    from: '3.0',
    by: 'local',
    needs: needsAdmin,
    run: (execution, captures) => setOne(execution, captures, { everywhere: true }),
  },
  {
    kind: 'read',
    form: 'ADMIN SET ALL FRONTENDS CONFIG <pairs:pairs>',
    from: '3.0',
    by: 'local',
    needs: needsAdmin,
    run: (execution, captures) => setOne(execution, captures, { everywhere: true }),
  },
];

/** A non-master passes the question on, so it shows the master's value of a key that was set on itself. */
function showConfigs({ state, version, frontend }: Execution, captures: Captures): SqlAnswer {
  const like = captures.has('like') ? likePattern(valueOf(captures, 'like')) : undefined;
  const rows = [...CONFIG_DEFAULTS[version].values()]
    .filter(({ key }) => like?.test(key) ?? true)
    .map((config) => {
      const value = ownValue(frontend, config.key) ?? configValue(state, frontend.host, config.key) ?? config.value;
      return [config.key, value, config.type, config.mutable, config.masterOnly, ''];
    });
  return list(version, CONFIGS, rows);
}

function ownValue({ ports }: FrontendState, key: string): string | undefined {
  const found = { http_port: ports.http, query_port: ports.query, rpc_port: ports.rpc, edit_log_port: ports.editLog };
  const port = Object.entries(found).find(([name]) => name === key)?.[1];
  return port === undefined ? undefined : String(port);
}

/** In memory only, no range is checked. A masterOnly key goes to the master. */
function setOne(
  { state, version, frontend }: Execution,
  captures: Captures,
  { everywhere }: { readonly everywhere: boolean },
): SqlAnswer {
  const pairs = pairsOf(captures, 'pairs');
  const [pair] = pairs;
  if (pair === undefined || pairs.length !== 1) return failure('config parameter size is not equal to 1');
  const [key, value] = pair;
  const config = check(version, key, value);
  const target = config.masterOnly ? masterFor(state, frontend) : frontend;
  if ('kind' in target) return target;
  setConfig(state, { frontendHost: target.host, key, value, everywhere });
  return OK;
}

function check(version: DorisVersion, key: string, value: string): ConfigKey {
  const config = CONFIG_DEFAULTS[version].get(key);
  if (config === undefined) return refuse(`Config '${key}' does not exist`);
  if (!config.mutable) refuse(`Config '${key}' is not mutable`);
  const error = typeError(config.type, value);
  if (error !== undefined) refuse(`Failed to set config '${key}'. err: ${error}`);
  return config;
}

function typeError(type: string, value: string): string | undefined {
  switch (type) {
    case 'boolean':
      return /^(true|false)$/i.test(value) ? undefined : 'type mismatch';
    case 'int':
    case 'long':
    case 'short':
      return /^[+-]?\d+$/.test(value) ? undefined : `For input string: "${value}"`;
    case 'double':
      return value.trim() !== '' && Number.isFinite(Number(value)) ? undefined : `For input string: "${value}"`;
    default:
      return undefined;
  }
}
