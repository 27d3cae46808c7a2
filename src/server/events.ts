import type { FastifyInstance } from 'fastify';
import type { ServerSource } from './source.ts';

const KEEP_ALIVE_MS = 15_000;
/** A reader that is so far behind is cut off; it may come back and read the decisions. */
const BACKLOG_BYTES = 1_048_576;

/** Server-sent events: one for every recorded decision and every change of an operation. */
export function streamEvents(api: FastifyInstance, source: ServerSource): void {
  api.get('/events', (request, reply) => {
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', connection: 'keep-alive' });
    raw.write(': connected\n\n');
    const unsubscribe = source.subscribe((event) => {
      raw.write(`id: ${event.data.id}\nevent: ${event.type}\ndata: ${JSON.stringify(event.data)}\n\n`);
      if (raw.writableLength > BACKLOG_BYTES) raw.destroy();
    });
    const keepAlive = setInterval(() => raw.write(': alive\n\n'), KEEP_ALIVE_MS);
    request.raw.once('close', () => {
      clearInterval(keepAlive);
      unsubscribe();
      raw.end();
    });
  });
}
