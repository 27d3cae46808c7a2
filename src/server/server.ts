import fastify from 'fastify';
import type { FastifyError, FastifyInstance } from 'fastify';
import type { ServerPolicy } from '../domain/policy.ts';
import type { Log } from '../domain/ports/log.ts';
import { authorize, callerOf } from './authorize.ts';
import { openapi } from './openapi.ts';
import { orderRoutes } from './order-routes.ts';
import { apiRoutes } from './routes.ts';
import type { ServerSource } from './source.ts';

export interface RunningServer {
  /** `http://host:port`, with the port that was really taken. */
  readonly address: string;
  close(): Promise<void>;
}

export interface ServerOptions {
  /** Where to listen, for as long as the server lives. */
  readonly policy: Pick<ServerPolicy, 'host' | 'port'>;
  /** The tokens in force: a reload may have changed them. */
  readonly access: () => Pick<ServerPolicy, 'token' | 'changeToken'>;
  readonly source: ServerSource;
  readonly version: string;
  readonly log: Log;
}

/** A slow reader of the API holds nobody up for longer. */
const REQUEST_TIMEOUT_MS = 30_000;
const BODY_BYTES = 65_536;

/** Health, metrics and the API on one address. Rejects when the address cannot be taken. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { policy } = options;
  const app = createApp(options);
  const address = await app.listen({ host: policy.host, port: policy.port });
  return { address, close: () => app.close() };
}

/** The routes without a socket. */
export function createApp(options: Omit<ServerOptions, 'policy'>): FastifyInstance {
  const { source, log } = options;
  const app = fastify({
    logger: false,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
    bodyLimit: BODY_BYTES,
    schemaController: { compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas } },
  });
  // A page in a browser can send text without asking first, JSON only where we would allow it.
  app.removeContentTypeParser('text/plain');
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) log.error('a request failed', { method: request.method, url: request.url, error });
    const code = status >= 500 ? 'internal' : status === 404 ? 'not-found' : 'bad-input';
    const message = status === 415 ? 'send a JSON object with Content-Type: application/json' : error.message;
    void reply.code(status).send({ error: { code, message } });
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
  void app.register(
    (api, _options, done) => {
      api.addHook('onRequest', authorize(options.access));
      api.get('/openapi.json', () => openapi(options.version));
      apiRoutes(api, source);
      orderRoutes(api, source, (request) => callerOf(request, options.access));
      done();
    },
    { prefix: '/api/v1' },
  );
  return app;
}

/** No route has a schema; fastify would load two compilers for them, a third of its code, at every start. */
function noSchemas(): never {
  throw new Error('a route has a schema: give createApp() the compilers for it');
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
