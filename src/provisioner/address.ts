import type { NodeAddress } from '../domain/node.ts';

/** Doris's defaults: heartbeat_service_port and edit_log_port. */
const DEFAULT_PORT = { backend: 9050, frontend: 9010 } as const;

/**
 * `host` or `host:port` as written in a policy or answered by a program; an IPv6 host stands in brackets before a port. The
 * host comes without brackets, as Doris prints it.
 */
export function splitHost(entry: string): { readonly host: string; readonly port: number | undefined } {
  const parts = /^(?:\[(?<six>[^\]]+)\]|(?<host>[^:[\]]+))(?::(?<port>\d+))?$/.exec(entry)?.groups;
  const host = parts?.['six'] ?? parts?.['host'];
  if (host === undefined) return { host: entry, port: undefined };
  const port = parts?.['port'];
  return { host, port: port === undefined ? undefined : Number(port) };
}

/** `host:port`, the port by default Doris's own for the role. */
export function addressOf(host: string, port: number | undefined, role: 'backend' | 'frontend'): NodeAddress {
  const name = host.includes(':') ? `[${host}]` : host;
  return `${name}:${String(port ?? DEFAULT_PORT[role])}`;
}
