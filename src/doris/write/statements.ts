import type { NodeAddress } from '../../domain/node.ts';
import type { ClusterChange } from '../../domain/ports/cluster-writer.ts';
import { formatAddress, parseAddress } from '../address.ts';
import { DorisStatementFailed } from '../errors.ts';
import { checkConfig } from './config-keys.ts';

/** Tag.java of 2.0 to 4.x; blanks would be stripped by the FE first. */
const TAG_VALUE = /^[a-zA-Z][a-zA-Z0-9_]{0,32}$/;

/**
 * The text of one change: one host and one property each, always with an explicit port (without one ADD BACKEND says OK and
 * does nothing; with two properties the second may hide the first from the journal). Throws DorisStatementFailed.
 */
export function statementOf(change: Exclude<ClusterChange, { readonly kind: 'set-config' }>): string {
  const node = quote(change.node);
  switch (change.kind) {
    case 'add-backend':
      return `ALTER SYSTEM ADD BACKEND ${node} PROPERTIES ("tag.location" = "${checkTag(change.group)}")`;
    case 'decommission-backend':
      return `ALTER SYSTEM DECOMMISSION BACKEND ${node}`;
    case 'cancel-decommission':
      return `CANCEL DECOMMISSION BACKEND ${node}`;
    case 'drop-never-alive-backend':
      return `ALTER SYSTEM DROPP BACKEND ${node}`;
    case 'disable-query':
      return `ALTER SYSTEM MODIFY BACKEND ${node} SET ("disable_query" = "${change.disabled ? 'true' : 'false'}")`;
    case 'disable-load':
      return `ALTER SYSTEM MODIFY BACKEND ${node} SET ("disable_load" = "${change.disabled ? 'true' : 'false'}")`;
    case 'add-frontend':
      return `ALTER SYSTEM ADD ${checkRole(change.role)} ${node}`;
    case 'drop-frontend':
      return `ALTER SYSTEM DROP ${checkRole(change.role)} ${node}`;
  }
}

/** With `all` every FE takes the value over, so that it survives a failover. */
export function setConfigStatement(key: string, value: string, options: { readonly all: boolean }): string {
  checkConfig(key, value);
  return `ADMIN SET ${options.all ? 'ALL FRONTENDS' : 'FRONTEND'} CONFIG ("${key}" = "${value}")`;
}

function quote(node: NodeAddress): string {
  const { host, port } = parseAddress(node);
  return `"${formatAddress(host, port)}"`;
}

function checkTag(value: string): string {
  if (TAG_VALUE.test(value)) return value;
  throw new DorisStatementFailed(
    `${JSON.stringify(value)} is no resource tag; right would be a letter, then up to 32 letters, digits or underscores`,
  );
}

function checkRole(role: string): string {
  if (role === 'OBSERVER' || role === 'FOLLOWER') return role;
  throw new DorisStatementFailed(`${JSON.stringify(role)} is no role of a frontend`);
}
