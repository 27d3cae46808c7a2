import type { Finding } from '../../domain/finding.ts';
import type { FrontendEndpoint } from '../../domain/ports/frontend-channel.ts';
import { formatAddress } from '../address.ts';
import { DorisAccessDenied, DorisUnreachable } from '../errors.ts';
import { requireClusterId } from '../master/cluster-pin.ts';
import { FRONTENDS_DEADLINE_MS } from '../master/master.ts';
import { rowAsked } from '../master/quorum.ts';
import { SHOW_FRONTENDS, parseFrontends } from '../parse/frontends.ts';
import type { AccessToCheck } from './access.ts';
import { failure } from './finding.ts';

/** One line for each endpoint. One that is down is a warning while another answers. */
export async function checkEndpoints(access: AccessToCheck): Promise<readonly Finding[]> {
  const expected = await access.pin.known();
  const looks = await Promise.all(access.endpoints.map((endpoint) => look(access, endpoint, expected)));
  const answered = looks.some(({ finding }) => finding.level === 'ok');
  return looks.map(({ finding, down }) => (down && answered ? { ...finding, level: 'warn' } : finding));
}

async function look(
  access: AccessToCheck,
  endpoint: FrontendEndpoint,
  expected: string | undefined,
): Promise<{ readonly finding: Finding; readonly down: boolean }> {
  const subject = formatAddress(endpoint.host, endpoint.port);
  const startedMs = access.clock.monotonicMs();
  try {
    const list = parseFrontends(
      await access.channel.execute(endpoint, SHOW_FRONTENDS, { deadlineMs: FRONTENDS_DEADLINE_MS }),
    );
    const tookMs = Math.round(access.clock.monotonicMs() - startedMs);
    requireClusterId(list, expected, subject);
    const own = rowAsked(list.rows, endpoint.port);
    const role = own === undefined ? 'frontend' : own.isMaster ? 'master' : own.role.toLowerCase();
    const message = `${role}, ${own?.version ?? 'unknown version'}, answers in ${String(tookMs)} ms`;
    return { finding: { level: 'ok', subject, message, mend: undefined }, down: false };
  } catch (error) {
    const finding = failure(subject, error);
    const mend = finding.mend ?? mendOf(error, endpoint, access.user);
    return { finding: { ...finding, mend }, down: error instanceof DorisUnreachable };
  }
}

/** A host that does not answer is looked at from here; an account that is refused is mended in Doris or in the policy. */
function mendOf(error: unknown, { host, port }: FrontendEndpoint, user: string): string | undefined {
  if (error instanceof DorisUnreachable) return `nc -vz ${host} ${String(port)}`;
  if (error instanceof DorisAccessDenied)
    return `ALTER USER '${user}'@'%' IDENTIFIED BY '...';        (or mend user and password in the policy)`;
  return undefined;
}
