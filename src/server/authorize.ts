import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import type { Secret, ServerPolicy } from '../domain/policy.ts';

type Access = () => Pick<ServerPolicy, 'token' | 'changeToken'>;

/**
 * With a token set every call of the API needs `Authorization: Bearer`; compared in constant time. Where both are set, changing
 * calls need server.changeToken and reads take either.
 */
export function authorize(access: Access): onRequestAsyncHookHandler {
  return async (request, reply) => {
    const { token, changeToken } = access();
    const both = [token, changeToken].filter((each) => each !== undefined);
    if (both.length === 0) return;
    const given = bearerOf(request);
    const known = isOneOf(both, given);
    if (known && (isRead(request) || isOneOf([changeToken ?? token], given))) return;
    const name = isRead(request) || changeToken === undefined ? 'server.token' : 'server.changeToken';
    if (!known) reply.header('www-authenticate', 'Bearer');
    await reply.code(known ? 403 : 401).send({
      error: {
        code: 'unauthorized',
        message: known ? 'this token only reads' : 'this call needs a token',
        hint: `send Authorization: Bearer <${name}>`,
      },
    });
  };
}

/** Who is kept as the one who ordered it: the token that opened the call, and from where it came. */
export function callerOf(request: FastifyRequest, access: Access): string {
  const { token, changeToken } = access();
  const name = changeToken !== undefined ? 'server.changeToken' : token === undefined ? 'no token' : 'server.token';
  return `api, ${name}, ${request.ip}`;
}

function isRead({ method }: FastifyRequest): boolean {
  return method === 'GET' || method === 'HEAD';
}

function bearerOf({ headers }: FastifyRequest): string {
  return /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1] ?? '';
}

/** Every one is compared, whichever was given. */
function isOneOf(accepted: readonly (Secret | undefined)[], given: string): boolean {
  const matches = accepted.map((each) => each !== undefined && same(each.reveal(), given));
  return matches.includes(true);
}

/** Of equal length whatever was given, so that the time of the comparison tells nothing. */
function same(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
