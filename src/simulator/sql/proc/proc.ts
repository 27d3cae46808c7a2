import type { SqlAnswer } from '../../cluster.ts';
import { needsAdminForProc } from '../access/needs.ts';
import { coded, failure } from '../answer/errors.ts';
import { columns, isFrom, list } from '../answer/table.ts';
import { type Execution, type Statement, valueOf } from '../statement.ts';
import { BALANCE_NODES } from './balance/nodes.ts';
import { DATABASE_NODES } from './databases.ts';
import { DIAGNOSE_NODES } from './diagnose.ts';
import { HEALTH_NODES } from './health.ts';
import type { ProcNode } from './node.ts';
import { NODE_NODES } from './nodes.ts';
import { OTHER_NODES } from './others.ts';

export const PROC_STATEMENTS: readonly Statement[] = [
  {
    kind: 'read',
    form: 'SHOW PROC <path:string>',
    by: 'master',
    needs: needsAdminForProc,
    run: (execution, captures) => showProc(execution, valueOf(captures, 'path')),
  },
];

const ROOT = columns('name');

/** What '/' lists: a directory of every name. */
const ENTRIES = `auth backends bdbje binlog brokers catalogs cluster_balance cluster_health colocation_group
  current_backend_instances current_queries current_query_stmts dbs diagnose frontends jobs monitor resources
  routine_loads statistic stream_loads tasks transactions trash`.split(/\s+/);

const NODES: readonly (ProcNode & { readonly pattern: RegExp })[] = [
  ...NODE_NODES,
  ...BALANCE_NODES,
  ...HEALTH_NODES,
  ...DIAGNOSE_NODES,
  ...DATABASE_NODES,
  ...OTHER_NODES,
].map((node) => ({ ...node, pattern: new RegExp(`^${node.path.replaceAll(/\{\w+\}/g, '([^/]+)')}$`) }));

/** The same paths are served over HTTP. */
export function showProc(execution: Execution, path: string): SqlAnswer {
  if (!path.startsWith('/')) return failure(`Path(${path}) does not start with '/'`);
  const cleaned = path === '/' ? path : path.replace(/\/+$/, '');
  if (cleaned === '/')
    return list(
      execution.version,
      ROOT,
      ENTRIES.map((name) => [name]),
    );
  for (const { pattern, show } of NODES) {
    const [found, ...segments] = pattern.exec(cleaned) ?? [];
    if (found === undefined) continue;
    if (cleaned !== path && LEAVES.has(cleaned)) return failure(`${path} is not a directory`);
    return show(execution, segments);
  }
  const unknown = failure(`Proc path '${path}' doesn't exist`);
  return isFrom(execution.version, '4.0') ? unknown : coded(5001, 'HY000', unknown.message);
}

const LEAVES: ReadonlySet<string> = new Set(['/frontends', '/statistic', '/brokers', '/trash', '/monitor']);
