import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { badInput } from './bad-input.ts';
import type { Order, ServerSource } from './source.ts';

const LONGEST_REASON = 500;
/** Visible ASCII, as clients make them: a UUID, a ULID, a name of theirs. */
const KEY = /^[\x21-\x7e]{1,200}$/;
const STATUS = { 'bad-input': 400, 'not-found': 404, 'nothing-to-change': 409 } as const;

type Named = FastifyRequest<{ Params: { readonly name: string } }>;
type Identified = FastifyRequest<{ Params: { readonly id: string } }>;

/** The changes of the API: the orders that are commands too. They count from the next evaluation on. */
export function orderRoutes(
  api: FastifyInstance,
  source: Pick<ServerSource, 'order'>,
  callerOf: (request: FastifyRequest) => string,
): void {
  const place = async (request: FastifyRequest, reply: FastifyReply, order: Order) => {
    const key = keyOf(request);
    const answered = await source.order(order, { by: callerOf(request), key });
    if (answered === undefined) return await reply.code(422).send({ error: usedKey(key ?? '') });
    const { outcome, repeated } = answered;
    if (repeated) reply.header('idempotency-replayed', 'true');
    if (outcome.ok) return await reply.send({ ok: true, ...outcome.done });
    return await reply.code(STATUS[outcome.error.code]).send({ error: outcome.error });
  };

  api.post('/clusters/:name/pause', async (request: Named, reply) => {
    const body = bodyOf(request, ['reason', 'for', 'direction']);
    const order = { does: 'pause', cluster: request.params.name, for: text(body, 'for'), ...directed(body) } as const;
    return await place(request, reply, { ...order, reason: reasonOf(body) });
  });
  api.post('/clusters/:name/resume', async (request: Named, reply) => {
    const body = bodyOf(request, ['reason', 'direction']);
    const order = { does: 'resume', cluster: request.params.name, ...directed(body) } as const;
    return await place(request, reply, { ...order, reason: reasonOf(body) });
  });
  for (const does of ['approve', 'cancel'] as const) {
    api.post(`/operations/:id/${does}`, async (request: Identified, reply) => {
      const body = bodyOf(request, ['reason']);
      return await place(request, reply, { does, id: request.params.id, reason: reasonOf(body) });
    });
  }
}

type Body = Readonly<Record<string, unknown>>;

function bodyOf(request: FastifyRequest, known: readonly string[]): Body {
  const { body } = request;
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw badInput('send a JSON object such as {"reason": "release tonight"} with Content-Type: application/json');
  }
  const unknown = Object.keys(body).find((key) => !known.includes(key));
  if (unknown !== undefined) throw badInput(`${unknown} is unknown here; known are ${known.join(', ')}`);
  return body as Body;
}

function text(body: Body, name: string): string | undefined {
  const value = body[name];
  if (value === undefined || typeof value === 'string') return value;
  throw badInput(`${name} is a text`);
}

function reasonOf(body: Body): string {
  const reason = text(body, 'reason')?.trim() ?? '';
  if (reason.length > 0 && reason.length <= LONGEST_REASON) return reason;
  throw badInput(`reason is a text of 1 to ${String(LONGEST_REASON)} characters that says why`);
}

function directed(body: Body): { readonly direction: 'in' | 'out' | 'both' } {
  const direction = text(body, 'direction') ?? 'both';
  if (direction === 'in' || direction === 'out' || direction === 'both') return { direction };
  throw badInput('direction is in or out; both without it');
}

function keyOf({ headers }: FastifyRequest): string | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key === 'string' && KEY.test(key)) return key;
  throw badInput('Idempotency-Key is 1 to 200 visible ASCII characters, such as a UUID');
}

function usedKey(key: string): object {
  const message = `Idempotency-Key ${key} was used for another order`;
  return { code: 'bad-input', message, hint: 'send a new key with a new order' };
}
