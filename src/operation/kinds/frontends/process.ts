import type { Look } from '../../facts.ts';
import { hostOf, nodeOf } from '../../nodes.ts';
import { numberIn, recordOf, textIn } from '../../steps/records.ts';
import type { Context, Step } from '../../steps/step.ts';
import type { JsonValue } from '../../../domain/operation.ts';
import { MINUTE_MS, usual } from '../common.ts';
import { rowOf } from './rows.ts';

/** Kept with the DROP, for the steps that come when the row is gone. */
export function rememberPorts(context: Context): Readonly<Record<string, JsonValue>> {
  const row = rowOf(context);
  return row === undefined ? {} : { host: row.host, editLogPort: row.editLogPort, queryPort: row.queryPort };
}

/** A dropped follower of 2.1 stays up with its port open, and its metadata is stale. */
export function portsClosed(prefix: '' | 'undo-', onlyIf: (context: Context) => string | undefined): Step {
  const looks = (context: Context): readonly PortLook[] => portLooks(context, prefix);
  return {
    ...usual,
    key: `${prefix}ports-closed`,
    title: 'see both of its ports closed',
    waitsFor: 'neither its edit log port nor its query port answers',
    deadline: 5 * MINUTE_MS,
    afterDeadline: 'give-up',
    looks,
    skip: (context) => withoutProcess(context) ?? onlyIf(context),
    verify: (context) => {
      const names = looks(context).map(nameOf);
      const open = names.filter((name) => context.facts.portsOpen[name] !== false);
      if (open.length === 0) return { is: 'done', detail: `${names.join(' and ')} closed` };
      return { is: 'waiting', reason: `${open.join(' and ')} still ${open.length === 1 ? 'answers' : 'answer'}` };
    },
  };
}

export function withoutProcess(context: Context): string | undefined {
  const { provisioner } = context.facts;
  if (provisioner === undefined) return `no provisioner: stop the process on ${hostOf(context) ?? 'its host'} by hand`;
  return provisioner.keepsRunning ? `provisioner ${provisioner.name} leaves processes as they are` : undefined;
}

export function mayStillRun(context: Context, prefix: '' | 'undo-'): boolean {
  return ['stop', 'ports-closed'].some(
    (key) => recordOf(context.operation, context.index, `${prefix}${key}`)?.state === 'failed',
  );
}

type PortLook = Extract<Look, { readonly fact: 'port' }>;

/** Without a row that told them, the port of the registration is all that is known. */
function portLooks(context: Context, prefix: '' | 'undo-'): readonly PortLook[] {
  const { operation, index } = context;
  const drop = recordOf(operation, index, prefix === '' ? 'drop' : 'undo-register')?.data ?? {};
  const host = textIn(drop, 'host') ?? hostOf(context);
  const node = nodeOf(context);
  if (host === undefined) return [];
  const registered = node === undefined ? undefined : Number(node.slice(node.lastIndexOf(':') + 1));
  const ports = [numberIn(drop, 'editLogPort') ?? registered, numberIn(drop, 'queryPort')];
  return ports
    .filter((port) => port !== undefined && port > 0)
    .map((port) => ({ fact: 'port', host, port: port ?? 0 }));
}

function nameOf(look: PortLook): string {
  return `${look.host}:${String(look.port)}`;
}
