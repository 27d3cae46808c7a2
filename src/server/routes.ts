import type { FastifyInstance, FastifyReply } from 'fastify';
import { badInput } from './bad-input.ts';
import type { ServerSource } from './source.ts';

const DEFAULT_LIMIT = 50;
const MOST = 500;
const DEFAULT_DAYS = 30;
const MOST_DAYS = 400;

/** A parameter that is given twice comes as a list. */
type Query = Readonly<Record<string, unknown>>;
interface Named {
  Params: { readonly name: string };
  Querystring: Query;
}
interface Identified {
  Params: { readonly id: string };
}
interface NamedAndIdentified {
  Params: { readonly name: string; readonly id: string };
}

/** The reads of the API. Unknown names answer 404, wrong query values 400. */
export function apiRoutes(api: FastifyInstance, source: ServerSource): void {
  const cluster = (reply: FastifyReply, name: string, body: object | undefined) =>
    found(reply, body, `cluster ${name}`, `clusters: ${source.names().join(', ')}`);
  const known = (name: string): boolean => source.names().includes(name);

  api.get('/clusters', () => source.clusters());
  api.get<Named>('/clusters/:name', async ({ params: { name } }, reply) =>
    cluster(reply, name, await source.cluster(name)),
  );
  api.get<Named>('/clusters/:name/plan', async ({ params: { name } }, reply) =>
    cluster(reply, name, await source.plan(name)),
  );
  api.get<Named>('/clusters/:name/windows', async ({ params: { name }, query }, reply) => {
    const days = whole(query, 'days', DEFAULT_DAYS, MOST_DAYS);
    const from = instant(query, 'from');
    return await cluster(reply, name, source.windows(name, { from, days }));
  });
  api.get<Named>('/clusters/:name/operations', async ({ params: { name }, query }, reply) => {
    const limit = whole(query, 'limit', DEFAULT_LIMIT, MOST);
    return await cluster(reply, name, known(name) ? await source.operations({ cluster: name, limit }) : undefined);
  });
  api.get<Named>('/clusters/:name/decisions', async ({ params: { name }, query }, reply) => {
    const limit = whole(query, 'limit', DEFAULT_LIMIT, MOST);
    const before = text(query, 'before');
    return await cluster(reply, name, known(name) ? await source.decisions(name, { before, limit }) : undefined);
  });
  api.get<Named>('/clusters/:name/decisions/latest', async ({ params: { name } }, reply) => {
    if (!known(name)) return await cluster(reply, name, undefined);
    const hint = 'the first evaluation has not ended yet';
    return await found(reply, await source.latestDecision(name), `decision of ${name}`, hint);
  });
  api.get<NamedAndIdentified>('/clusters/:name/decisions/:id', async ({ params: { name, id } }, reply) => {
    if (!known(name)) return await cluster(reply, name, undefined);
    const hint = `GET /api/v1/clusters/${name}/decisions lists the newest`;
    return await found(reply, await source.decision(name, id), `decision ${id} of ${name}`, hint);
  });
  api.get<Identified>('/operations/:id', async ({ params: { id } }, reply) => {
    const hint = 'GET /api/v1/clusters/:name/operations lists the newest';
    return await found(reply, await source.operation(id), `operation ${id}`, hint);
  });
}

async function found(reply: FastifyReply, body: object | undefined, what: string, hint: string) {
  if (body !== undefined) return await reply.send(body);
  return await reply.code(404).send({ error: { code: 'not-found', message: `there is no ${what}`, hint } });
}

function text(query: Query, name: string): string | undefined {
  const value = query[name];
  if (value === undefined || typeof value === 'string') return value;
  throw badInput(`${name} is given twice`);
}

function whole(query: Query, name: string, fallback: number, most: number): number {
  const given = text(query, name);
  if (given === undefined) return fallback;
  const value = /^\d{1,6}$/.test(given) ? Number(given) : 0;
  if (value < 1 || value > most) throw badInput(`${name} is a whole number from 1 to ${String(most)}`);
  return value;
}

function instant(query: Query, name: string): number | undefined {
  const given = text(query, name);
  if (given === undefined) return undefined;
  try {
    return Temporal.Instant.from(given).epochMilliseconds;
  } catch {
    throw badInput(`${name} is an instant such as 2026-12-01T00:00:00Z`);
  }
}
