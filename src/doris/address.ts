import { isIP } from 'node:net';
import type { NodeAddress } from '../domain/node.ts';
import type { FrontendEndpoint } from '../domain/ports/frontend-channel.ts';
import { DorisStatementFailed } from './errors.ts';
import { quoted } from './parse/quoted.ts';

/** RFC 1123 labels; the underscore besides, since Compose service names have it. */
const NAME =
  /^(?=.{1,253}$)[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?(?:\.[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)*$/;
const LOOKS_LIKE_IPV4 = /^[0-9.]+$/;

/** `host:port`, IPv6 hosts in brackets. */
export function formatAddress(host: string, port: number): NodeAddress {
  return host.includes(':') ? `[${host}]:${String(port)}` : `${host}:${String(port)}`;
}

/**
 * Splits and checks `host:port` before it goes into a statement: a name, an IPv4, or an IPv6 in brackets, and an explicit
 * port. Doris itself checks neither and strips blanks. Throws DorisStatementFailed.
 */
export function parseAddress(address: NodeAddress): FrontendEndpoint {
  const parts = /^(?:\[(?<six>[^\]]*)\]|(?<host>[^:[\]]*)):(?<port>[0-9]{1,5})$/.exec(address)?.groups;
  const port = Number(parts?.['port']);
  const six = parts?.['six'];
  const host = six ?? parts?.['host'] ?? '';
  const valid = six === undefined ? isHost(host) : isIP(six) === 6 && !six.includes('%');
  if (!valid || !(port >= 1 && port <= 65_535)) {
    throw new DorisStatementFailed(
      `${quoted(address)} is no host:port; right would be "10.0.0.5:9050", "be1:9050" or "[fd00::5]:9050"`,
    );
  }
  return { host, port };
}

function isHost(host: string): boolean {
  return LOOKS_LIKE_IPV4.test(host) ? isIP(host) === 4 : NAME.test(host);
}
