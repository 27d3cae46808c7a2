import type { FastifyInstance, FastifyReply } from 'fastify';
import type { ServerSource } from './source.ts';

const DEFAULT_LIMIT = 50;
const MOST = 500;
const DEFAULT_DAYS = 30;
const MOST_DAYS = 400;

type Query = Readonly<Record<string, string | undefined>>;
interface Named {
  Params: { readonly name: string };
  Querystring: Query;
}
interface Identified {
  Params: { readonly id: string };
}

/** The reads of the API. Unknown names answer 404, wrong query values 400. */
export function apiRoutes(api: FastifyInstance, source: ServerSource): void {
  api.get('/clusters', () => source.clusters());
  api.get<Named>(
    '/clusters/:name',
    async (request, reply) =>
      await found(reply, await source.cluster(request.params.name), `cluster ${request.params.name}`, source),
  );
  api.get<Named>(
    '/clusters/:name/plan',
    async (request, reply) =>
      await found(reply, await source.plan(request.params.name), `cluster ${request.params.name}`, source),
  );
  api.get<Named>('/clusters/:name/windows', async (request, reply) => {
    const days = whole(request.query['days'], 'days', DEFAULT_DAYS, MOST_DAYS);
    const from = instant(request.query['from'], 'from');
    return await found(
      reply,
      source.windows(request.params.name, { from, days }),
      `cluster ${request.params.name}`,
      source,
    );
  });
  api.get<Named>('/clusters/:name/operations', async (request, reply) => {
    const limit = whole(request.query['limit'], 'limit', DEFAULT_LIMIT, MOST);
    const known = source.names().includes(request.params.name);
    const body = known ? await source.operations({ cluster: request.params.name, limit }) : undefined;
    return await found(reply, body, `cluster ${request.params.name}`, source);
  });
  api.get<Named>('/clusters/:name/decisions', async (request, reply) => {
    const limit = whole(request.query['limit'], 'limit', DEFAULT_LIMIT, MOST);
    const known = source.names().includes(request.params.name);
    const body = known
      ? await source.decisions(request.params.name, { before: request.query['before'], limit })
      : undefined;
    return await found(reply, body, `cluster ${request.params.name}`, source);
  });
  api.get<Named>(
    '/clusters/:name/decisions/latest',
    async (request, reply) =>
      await found(
        reply,
        await source.latestDecision(request.params.name),
        `decision of ${request.params.name}`,
        source,
      ),
  );
  api.get<Identified>(
    '/clusters/:name/decisions/:id',
    async (request, reply) =>
      await found(reply, await source.decision(request.params.id), `decision ${request.params.id}`, source),
  );
  api.get<Identified>(
    '/operations/:id',
    async (request, reply) =>
      await found(reply, await source.operation(request.params.id), `operation ${request.params.id}`, source),
  );
}

async function found(reply: FastifyReply, body: object | undefined, what: string, source: ServerSource) {
  if (body !== undefined) return await reply.send(body);
  const hint = `clusters: ${source.names().join(', ')}`;
  return await reply.code(404).send({ error: { code: 'not-found', message: `there is no ${what}`, hint } });
}

function whole(text: string | undefined, name: string, fallback: number, most: number): number {
  if (text === undefined) return fallback;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > most)
    throw badInput(`${name} is a whole number from 1 to ${String(most)}`);
  return value;
}

function instant(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined;
  try {
    return Temporal.Instant.from(text).epochMilliseconds;
  } catch {
    throw badInput(`${name} is an instant such as 2026-12-01T00:00:00Z`);
  }
}

function badInput(message: string): Error {
  return Object.assign(new Error(message), { statusCode: 400 });
}
