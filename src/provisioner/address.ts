import type { NodeAddress } from '../domain/node.ts';

/** Doris's defaults: heartbeat_service_port and edit_log_port. */
const DEFAULT_PORT = { backend: 9050, frontend: 9010 } as const;

/** `host` or `host:port`, IPv6 in brackets, as written in a policy; the port defaults to Doris's own for the role. */
export function splitHost(entry: string): { readonly host: string; readonly port: number | undefined } {
  const match = /^(\[[^\]]+\]|[^:]+)(?::(\d+))?$/.exec(entry);
  if (match?.[1] === undefined) return { host: entry, port: undefined };
  return { host: match[1], port: match[2] === undefined ? undefined : Number(match[2]) };
}

export function addressOf(host: string, port: number | undefined, role: 'backend' | 'frontend'): NodeAddress {
  return `${host}:${String(port ?? DEFAULT_PORT[role])}`;
}
