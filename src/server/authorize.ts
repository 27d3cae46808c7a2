import { createHash, timingSafeEqual } from 'node:crypto';
import type { onRequestAsyncHookHandler } from 'fastify';
import type { ServerPolicy } from '../domain/policy.ts';

/** With a token set every call of the API needs `Authorization: Bearer`; compared in constant time. */
export function authorize(access: () => Pick<ServerPolicy, 'token' | 'changeToken'>): onRequestAsyncHookHandler {
  return async (request, reply) => {
    const { token, changeToken } = access();
    const accepted = [token, changeToken].filter((each) => each !== undefined);
    if (accepted.length === 0) return;
    const given = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
    // Every token is compared, whichever was given.
    const matches = accepted.map((each) => same(each.reveal(), given));
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

/** Of equal length whatever was given, so that the time of the comparison tells nothing. */
function same(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
