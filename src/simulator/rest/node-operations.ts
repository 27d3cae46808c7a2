import { setDecommissioned } from '../model/changes.ts';
import { registeredBackends } from '../model/queries.ts';
import type { ClusterState } from '../model/state.ts';
import type { HostPort } from '../sql/backends/targets.ts';
import { askSql, type Exchange, outcome, writeAsRoot } from './exchange.ts';
import { parseAll } from './check-decommission.ts';
import { badRequest, type Envelope, failed, success } from './reply.ts';

/**
 * `POST /rest/v2/manager/node/{ADD|DROP|DECOMMISSION}/be` and `{ADD|DROP}/fe`. Nobody is asked for credentials, an unknown
 * action succeeds, DROP is DROPP, and DECOMMISSION looks at no replica and passes over unknown hosts.
 */
export function operateNode(exchange: Exchange, action: string, role: 'be' | 'fe'): Envelope {
  const body = parseBody(exchange.request.body);
  if (body === undefined) return badRequest('JSON parse error');
  return role === 'be' ? operateBackends(exchange, action, body) : operateFrontend(exchange, action, body);
}

type Body = Readonly<Record<string, unknown>>;

function operateBackends(exchange: Exchange, action: string, body: Body): Envelope {
  const { hostPorts, properties } = body;
  const literals = Array.isArray(hostPorts) ? hostPorts.map(String) : [];
  const parsed = parseAll(literals);
  if ('code' in parsed) return failed(String(parsed.data));
  const targets = literals.map(quote).join(', ');
  switch (action) {
    case 'ADD':
      return outcome(askSql(exchange, `ALTER SYSTEM ADD BACKEND ${targets}${propertiesText(properties)}`));
    case 'DROP':
      return outcome(askSql(exchange, `ALTER SYSTEM DROPP BACKEND ${targets}`));
    case 'DECOMMISSION':
      return outcome(
        writeAsRoot(exchange, `REST DECOMMISSION ${targets}`, () => {
          decommissionAll(exchange.state, parsed);
        }),
      );
    default:
      return success(null);
  }
}

function decommissionAll(state: ClusterState, addresses: readonly HostPort[]): void {
  for (const { host, port } of addresses) {
    const backend = registeredBackends(state).find((each) => each.host === host && each.ports.heartbeat === port);
    if (backend?.row.decommissioned === false) setDecommissioned(state, backend, true);
  }
}

function operateFrontend(exchange: Exchange, action: string, { role, hostPort }: Body): Envelope {
  if (action !== 'ADD' && action !== 'DROP') return success(null);
  const type = String(role).toUpperCase() === 'FOLLOWER' ? 'FOLLOWER' : 'OBSERVER';
  return outcome(askSql(exchange, `ALTER SYSTEM ${action} ${type} ${quote(String(hostPort))}`));
}

/** `POST /rest/v2/manager/node/set_config/fe`: `{key: {node: [host:http_port], value, persist}}`. */
export function setNodeConfigs(exchange: Exchange): Envelope {
  const body = parseBody(exchange.request.body);
  if (body === undefined) return badRequest('JSON parse error');
  const refused = Object.entries(body).flatMap(([key, setting]) => setOnNodes(exchange, key, setting));
  return success({ failed: refused });
}

function setOnNodes({ state }: Exchange, key: string, setting: unknown): readonly unknown[] {
  const { node, value } = (setting ?? {}) as { readonly node?: unknown; readonly value?: unknown };
  const nodes = Array.isArray(node) ? node.map(String) : [];
  return nodes.flatMap((address) => {
    const frontend = state.frontends.find(({ host, ports }) => `${host}:${String(ports.http)}` === address);
    const refusal =
      frontend === undefined ? 'Connection refused' : configRefusal({ state, frontend }, key, String(value));
    return refusal === undefined ? [] : [{ config_name: key, value: String(value), node: address, err_info: refusal }];
  });
}

/** Sets a value on one FE; the text of its refusal. */
export function configRefusal(
  exchange: Pick<Exchange, 'state' | 'frontend'>,
  key: string,
  value: string,
): string | undefined {
  const answer = askSql(exchange, `ADMIN SET FRONTEND CONFIG (${quote(key)} = ${quote(value)})`);
  return answer.kind === 'error' ? answer.message : undefined;
}

function propertiesText(properties: unknown): string {
  if (typeof properties !== 'object' || properties === null) return '';
  const pairs = Object.entries(properties).map(([key, value]) => `${quote(key)} = ${quote(String(value))}`);
  return pairs.length === 0 ? '' : ` PROPERTIES (${pairs.join(', ')})`;
}

function quote(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

function parseBody(body: string): Body | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Body) : undefined;
  } catch {
    return undefined;
  }
}
