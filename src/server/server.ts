import fastify from 'fastify';
import type { FastifyError, FastifyInstance } from 'fastify';
import type { ServerPolicy } from '../domain/policy.ts';
import { authorize } from './authorize.ts';
import { streamEvents } from './events.ts';
import { openapi } from './openapi.ts';
import { apiRoutes } from './routes.ts';
import type { ServerSource } from './source.ts';

export interface RunningServer {
  /** `http://host:port`, with the port that was really taken. */
  readonly address: string;
  close(): Promise<void>;
}

/** A slow reader of the API holds nobody up for longer. */
const REQUEST_TIMEOUT_MS = 30_000;

/** Health, metrics and the API on one address. Rejects when the address cannot be taken. */
export async function startServer(options: {
  readonly policy: ServerPolicy;
  readonly source: ServerSource;
  readonly version: string;
}): Promise<RunningServer> {
  const { policy, source } = options;
  const app = fastify({ logger: false, requestTimeout: REQUEST_TIMEOUT_MS, forceCloseConnections: true });
  app.setErrorHandler((error: FastifyError, _request, reply) => {
    const status = error.statusCode ?? 500;
    const code = status === 400 ? 'bad-input' : status === 404 ? 'not-found' : 'internal';
    void reply.code(status).send({ error: { code, message: error.message } });
  });
  app.setNotFoundHandler((request, reply) => {
    void reply.code(404).send({
      error: {
        code: 'not-found',
        message: `nothing is at ${request.method} ${request.url}`,
        hint: 'GET /api/v1/openapi.json lists what is',
      },
    });
  });
  health(app, source);
  await app.register(
    (api, _options, done) => {
      api.addHook('onRequest', authorize(policy));
      api.get('/openapi.json', () => openapi(options.version));
      apiRoutes(api, source);
      streamEvents(api, source);
      done();
    },
    { prefix: '/api/v1' },
  );
  const address = await app.listen({ host: policy.host, port: policy.port });
  return { address, close: () => app.close() };
}

function health(app: FastifyInstance, source: ServerSource): void {
  app.get('/healthz', () => ({ ok: true }));
  app.get('/readyz', async (_request, reply) => {
    const readiness = await source.readiness();
    return await reply.code(readiness.ready ? 200 : 503).send(readiness);
  });
  app.get('/metrics', async (_request, reply) => {
    const { contentType, text } = await source.metrics();
    return await reply.header('content-type', contentType).send(text);
  });
}
