import type { Operation } from '../../../src/domain/operation.ts';
import type { KillStage } from './stage.ts';

/** What an operation left, in words that are the same whichever of equal hosts it took. */
export interface Ending {
  readonly operations: readonly string[];
  /** `true false`: alive, leaving, and its restrictions. */
  readonly backends: readonly string[];
  readonly frontends: readonly string[];
  readonly configs: readonly string[];
  /** Role, state as the provisioner lists it, whether its process runs and whether somebody holds it. */
  readonly hosts: readonly string[];
  readonly calls: readonly string[];
  /** Statements that changed membership or a backend, in their order. */
  readonly statements: readonly string[];
}

const MANAGED = [
  'schedule_slot_num_per_hdd_path',
  'schedule_slot_num_per_ssd_path',
  'balance_slot_num_per_path',
  'drop_backend_after_decommission',
];

export async function endingOf(stage: KillStage): Promise<Ending> {
  const { cluster, controlUrl } = stage.simulator;
  const backends = ask(stage, 'SHOW BACKENDS');
  const frontends = ask(stage, 'SHOW FRONTENDS');
  const { hosts } = (await (await fetch(`${controlUrl}/hosts`)).json()) as { hosts: readonly Host[] };
  return {
    operations: (await stage.operations()).map(operationText).toReversed(),
    backends: backends
      .map(
        (row) =>
          `alive ${row['Alive'] ?? ''}, leaving ${row['SystemDecommissioned'] ?? ''}, ${restrictions(row['Status'] ?? '')}`,
      )
      .toSorted(),
    frontends: frontends.map((row) => `${row['Role'] ?? ''}, alive ${row['Alive'] ?? ''}`).toSorted(),
    configs: MANAGED.flatMap((key) => ask(stage, `ADMIN SHOW FRONTEND CONFIG LIKE '${key}'`)).map(
      (row) => `${row['Key'] ?? ''} = ${row['Value'] ?? ''}`,
    ),
    hosts: hosts.map(hostText).toSorted(),
    calls: await stage.calls(),
    statements: cluster
      .statements()
      .filter(({ user, text }) => user === 'autoscaler' && /^\s*(ALTER|CANCEL)\b/i.test(text))
      .map(({ text, outcome }) => `${text.trim().replace(/"[\d.]+:\d+"/, 'NODE')}: ${outcome}`),
  };
}

/** What is not as it is without a kill, one line each; nothing when all is well. */
export function differences(calm: Ending, killed: Ending): readonly string[] {
  return (Object.keys(calm) as (keyof Ending)[]).flatMap((part) => {
    const [right, found] = [calm[part].join('\n'), killed[part].join('\n')];
    return right === found
      ? []
      : [`${part}:\n  without a kill  ${calm[part].join('; ')}\n  now             ${killed[part].join('; ')}`];
  });
}

interface Host {
  readonly role: string;
  readonly state: string;
  readonly running: boolean;
  readonly lease?: string;
}

function hostText({ role, state, running, lease }: Host): string {
  return `${role} ${state}, ${running ? 'runs' : 'down'}, ${lease === undefined ? 'held by nobody' : 'held'}`;
}

function operationText({ kind, state }: Operation): string {
  return `${kind} ${state}`;
}

function restrictions(status: string): string {
  return ['isQueryDisabled', 'isLoadDisabled']
    .map((name) => `${name} ${/true/.exec(status.split(name)[1]?.slice(0, 8) ?? '') === null ? 'no' : 'yes'}`)
    .join(', ');
}

/** As root at the prompt of the master. */
function ask(
  { simulator: { cluster }, now }: KillStage,
  text: string,
): readonly Readonly<Record<string, string | null>>[] {
  const master = cluster.frontends().find(({ isMaster }) => isMaster);
  if (master === undefined) throw new Error('no FE is master');
  const session = cluster.openSession(master.host, 'root', '127.0.0.1', 999_999, now());
  try {
    const answer = cluster.execute(session, text, now());
    if (answer.kind !== 'rows') throw new Error(`${text}: ${answer.kind}`);
    return answer.rows.map((row) =>
      Object.fromEntries(answer.columns.map(({ name }, index) => [name, row[index] ?? null])),
    );
  } finally {
    cluster.closeSession(session);
  }
}
