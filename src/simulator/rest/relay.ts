import { masterSeenBy } from '../model/queries.ts';
import type { FrontendState } from '../model/state.ts';
import type { Exchange, RestRequest } from './exchange.ts';
import { after, envelopeReply, type HttpReply, internalError, jsonReply } from './reply.ts';

/**
 * What only the master answers, asked of an FE that may not be it. Up to 3.0 the FE sends the caller on with HTTP 307, his
 * user and password in the address (#45921 of 2025-01-02 ended that); 4.0 asks the master itself and passes the answer on in
 * another shape: numbers as text, lists of lists flattened.
 */
export function byMaster(exchange: Exchange, answer: (asked: Exchange) => HttpReply): HttpReply {
  const master = masterSeenBy(exchange.state, exchange.frontend);
  if (master === undefined) return envelopeReply(internalError('Node catalog is not ready, please wait for a while.'));
  if (master.host === exchange.frontend.host) return answer(exchange);
  if (exchange.version !== '4.0') return sentOn(exchange.request, master);
  return reshaped(answer({ ...exchange, frontend: master }));
}

function sentOn({ authorization, path, query }: RestRequest, master: FrontendState): HttpReply {
  const who = authorization === undefined ? '' : `${authorization.user}:${authorization.password}@`;
  // The paths of nodes get their question mark even where nothing follows.
  const tail = query.size > 0 || path.startsWith('/rest/v2/') ? `?${queryText(query)}` : '';
  return {
    status: 307,
    headers: { location: `http://${who}${master.host}:${String(master.ports.http)}${path}${tail}` },
    body: '',
  };
}

function queryText(query: URLSearchParams): string {
  return [...query]
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&')
    .replaceAll('%2F', '/')
    .replaceAll('%3A', ':')
    .replaceAll('%2C', ',');
}

function reshaped(reply: HttpReply): HttpReply {
  if (reply.later !== undefined) return { ...reply, later: after(reply.later, reshaped) };
  const { msg, code, data, count } = JSON.parse(reply.body) as Record<string, unknown>;
  return jsonReply({ msg, code: String(code), data: reshapedData(data), count: String(count) });
}

function reshapedData(data: unknown): unknown {
  if (Array.isArray(data)) return data.flat();
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => [name, Array.isArray(value) ? { [name]: value.flat() } : value]),
  );
}
