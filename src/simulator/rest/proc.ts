import { askSql, type Exchange, procRows } from './exchange.ts';
import { configRefusal } from './node-operations.ts';
import { byMaster } from './relay.ts';
import { type Envelope, envelopeReply, type HttpReply, success } from './reply.ts';

/** `GET /api/show_proc?path=P[&forward=true]`: rows without names. Without `forward` each FE shows what it knows itself. */
export function showProc(exchange: Exchange): HttpReply {
  const { query } = exchange.request;
  const answer = (asked: Exchange): HttpReply => {
    const found = procRows(asked, query.get('path') ?? '/', { forward: false });
    return envelopeReply('refusal' in found ? found.refusal : success(found.rows));
  };
  return query.get('forward') === 'true' ? byMaster(exchange, answer) : answer(exchange);
}

/** `GET /rest/v2/manager/node/{frontends|backends|brokers}`, which the master answers. */
export function nodesOf(path: string): (exchange: Exchange) => HttpReply {
  return (exchange) =>
    byMaster(exchange, (asked) => {
      const found = procRows(asked, path, { forward: false });
      return envelopeReply(
        'refusal' in found ? found.refusal : success({ columnNames: found.names, rows: found.rows }),
      );
    });
}

/** `GET /rest/v1/system?path=P`, a page of the console: rows as objects, with where they lead. */
export function systemPage(exchange: Exchange): Envelope {
  const path = (exchange.request.query.get('path') ?? '/').replace(/^\/+/, '/');
  const found = procRows(exchange, path, { forward: false });
  if ('refusal' in found) return found.refusal;
  const { names, rows } = found;
  const isFolder = path !== '/frontends' && path !== '/brokers';
  const here = `/rest/v1/system?path=/${path}`;
  return success({
    href_columns: isFolder ? names.slice(0, 1) : [],
    parent_url: `/rest/v1/system?path=${path.replace(/\/[^/]*$/, '') || '/'}`,
    column_names: names,
    rows: rows.map((row) => ({
      ...Object.fromEntries(names.map((name, index) => [name, row[index]])),
      ...(isFolder ? { __hrefPaths: [`${here}/${row[0] ?? ''}`] } : {}),
    })),
  });
}

/** `GET /rest/v1/config/fe/`: every key of this FE, by the name that its code has for it. */
export function configPage(exchange: Exchange): Envelope {
  const answer = askSql(exchange, 'ADMIN SHOW FRONTEND CONFIG');
  const rows = answer.kind === 'rows' ? answer.rows : [];
  return success({
    column_names: ['Name', 'Value'],
    rows: rows.map(([name, value]) => ({ Value: value, Name: name?.replace(/^experimental_/, '') })),
  });
}

/** `GET /api/_set_config?key=value`: what was set and what was not, in one answer. */
export function setConfigs(exchange: Exchange): Envelope {
  const set: Record<string, string> = {};
  const refused: unknown[] = [];
  for (const [key, value] of exchange.request.query) {
    if (key === 'persist' || key === 'reset_persist') continue;
    const refusal = configRefusal(exchange, key, value);
    if (refusal === undefined) set[key] = value;
    else refused.push({ config_name: key, config_value: `[${value}]`, err_info: refusal });
  }
  return success({ set, err: refused, persist: '' });
}
