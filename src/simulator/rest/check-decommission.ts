import { decommissionRefusal, registeredBackends } from '../model/queries.ts';
import { StatementRefused } from '../sql/answer/errors.ts';
import { describeRefusal } from '../sql/backends/alter-backends.ts';
import { BadNumber, parseHostPort } from '../sql/backends/targets.ts';
import type { Exchange } from './exchange.ts';
import { badRequest, type Envelope, failed, internalError, success } from './reply.ts';

/** The dry run of DECOMMISSION: nothing is changed; each FE answers from what it has replayed. */
export function checkDecommission({ state, request }: Exchange): Envelope {
  const literals = (request.query.get('host_ports') ?? '').split(',').filter((literal) => literal !== '');
  if (literals.length === 0) return badRequest('No host:port specified');
  const parsed = parseAll(literals);
  if ('code' in parsed) return parsed;
  const leaving: string[] = [];
  for (const { host, port } of parsed) {
    const backend = registeredBackends(state).find((each) => each.host === host && each.ports.heartbeat === port);
    if (backend === undefined) {
      return failed(`errCode = 2, detailMessage = Backend does not exist[${host}:${String(port)}]`);
    }
    if (!backend.row.decommissioned) leaving.push(backend.row.id);
  }
  const refusal = state.profile.checksDecommission ? decommissionRefusal(state, leaving) : undefined;
  if (refusal !== undefined) return failed(`errCode = 2, detailMessage = ${describeRefusal(refusal)}`);
  return success(literals);
}

export function parseAll(literals: readonly string[]): readonly ReturnType<typeof parseHostPort>[] | Envelope {
  try {
    return literals.map(parseHostPort);
  } catch (error) {
    if (error instanceof BadNumber) return internalError(error.message);
    if (error instanceof StatementRefused) return badRequest(error.answer.message);
    throw error;
  }
}
