import { createHash, timingSafeEqual } from 'node:crypto';
import type { onRequestAsyncHookHandler } from 'fastify';
import type { ServerPolicy } from '../domain/policy.ts';

/** With a token set every call of the API needs `Authorization: Bearer`; compared in constant time. */
export function authorize(policy: ServerPolicy): onRequestAsyncHookHandler {
  const accepted = [policy.token, policy.changeToken].filter((token) => token !== undefined);
  return async (request, reply) => {
    if (accepted.length === 0) return;
    const given = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const matches = accepted.map((token) => same(token.reveal(), given));
    if (matches.includes(true)) return;
    await reply
      .code(401)
      .header('www-authenticate', 'Bearer')
      .send({
        error: {
          code: 'unauthorized',
          message: 'this call needs a token',
          hint: 'send Authorization: Bearer <server.token>',
        },
      });
  };
}

function same(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
