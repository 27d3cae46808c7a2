import { runOperation } from '../../../../src/controller/run-operation.ts';
import type { Operation, OperationKind, OperationTarget } from '../../../../src/domain/operation.ts';
import type { ClusterPolicy } from '../../../../src/domain/policy.ts';
import type { Notice } from '../../../../src/domain/ports/notifier.ts';
import type { NeedAgain } from '../../../../src/operation/facts.ts';
import { Crash, memoryJournal } from './memory-journal.ts';
import type { MemoryJournal } from './memory-journal.ts';
import { testPolicy } from './policy.ts';
import { START } from './world.ts';
import type { World } from './world.ts';

export interface CarryOut {
  readonly operation: Operation;
  readonly notices: readonly Notice[];
  readonly starts: number;
}

/** Runs an operation to its end in a world, starting again after every crash. */
export async function carryOut(
  world: World,
  operation: Operation,
  options: {
    readonly policy?: ClusterPolicy | (() => ClusterPolicy);
    readonly journal?: MemoryJournal;
    readonly provisioner?: boolean;
    readonly needAgain?: () => NeedAgain | undefined;
    readonly onChange?: (operation: Operation) => void;
    readonly signal?: AbortSignal;
    readonly maxMs?: number;
  } = {},
): Promise<CarryOut> {
  const journal = options.journal ?? memoryJournal();
  const notices: Notice[] = [];
  const policy = options.policy ?? testPolicy();
  await journal.begin(operation);
  const until = world.clock.now() + (options.maxMs ?? 10 * 86_400_000);
  for (let starts = 1; starts < 500; starts += 1) {
    const stop = new AbortController();
    const open = (await journal.find(operation.id)) ?? operation;
    try {
      const ended = await runOperation({
        operation: open,
        policy: typeof policy === 'function' ? policy : () => policy,
        ports: {
          clock: {
            ...world.clock,
            async sleep(ms, signal) {
              await world.clock.sleep(ms, signal);
              if (world.clock.now() > until) stop.abort(new Error('too late'));
            },
          },
          journal,
          reader: world.reader,
          writer: world.writer,
          provisioner: options.provisioner === false ? undefined : world.provisioner,
          probe: world.probe,
          lease: { holds: () => true },
          notifier: { notify: (notice) => notices.push(notice) },
          log: { debug() {}, info() {}, warn() {}, error() {} },
        },
        needAgain: options.needAgain ?? (() => undefined),
        onChange: options.onChange ?? (() => undefined),
        signal: options.signal === undefined ? stop.signal : AbortSignal.any([stop.signal, options.signal]),
      });
      return { operation: ended, notices, starts };
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      world.advance(3000);
    }
  }
  throw new Error('it never came to an end');
}

/** Calls back once when a step first reaches a state. */
export function when(key: string, state: string, then: () => void): (operation: Operation) => void {
  let called = false;
  return (operation) => {
    if (called || !operation.steps.some((step) => step.key === key && step.state === state)) return;
    called = true;
    then();
  };
}

/** One line per statement, as an operator would write it. */
export function statements(world: World): readonly string[] {
  return world.sent.map(({ change }) => {
    switch (change.kind) {
      case 'set-config':
        return `${change.key} = ${change.value}`;
      case 'disable-query':
      case 'disable-load':
        return `${change.kind} ${change.node} ${String(change.disabled)}`;
      case 'add-backend':
      case 'decommission-backend':
      case 'cancel-decommission':
      case 'drop-never-alive-backend':
      case 'add-frontend':
      case 'drop-frontend':
        return `${change.kind} ${change.node}`;
    }
  });
}

const NOWHERE: OperationTarget = { node: undefined, backendId: undefined, bytes: undefined, tablets: undefined };

export function testOperation(
  world: World,
  kind: OperationKind,
  options: { readonly nodes?: readonly string[]; readonly count?: number } = {},
): Operation {
  const nodes = options.nodes ?? [];
  const targets: readonly OperationTarget[] = kind.startsWith('add-')
    ? Array.from({ length: options.count ?? 1 }, () => NOWHERE)
    : nodes.map((node) => {
        const row = world.backends().find((each) => each.address === node);
        return { node, backendId: row?.id, bytes: row?.dataUsedBytes, tablets: row?.tablets };
      });
  const role = kind.endsWith('backend') ? 'backend' : kind.endsWith('observer') ? 'observer' : 'follower';
  return {
    id: '01JTEST0000000000000000000',
    cluster: 'analytics',
    clusterId: '4711',
    kind,
    role,
    group: role === 'backend' ? 'default' : role,
    state: 'pending',
    from: 5,
    to: kind.startsWith('add-') ? 5 + targets.length : 5 - targets.length,
    targets,
    because: 'test',
    recordId: 'r1',
    createdAt: START,
    startedAt: undefined,
    endedAt: undefined,
    deadlineMs: 3 * 86_400_000,
    waitedForWindowMs: 0,
    steps: [],
    progress: undefined,
    reason: 'admitted',
    cancelRequested: undefined,
  };
}
