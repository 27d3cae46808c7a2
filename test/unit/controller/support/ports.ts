import { attempt } from '../../../../src/controller/attempt.ts';
import { hostCache } from '../../../../src/controller/host-cache.ts';
import { evaluate } from '../../../../src/controller/evaluate.ts';
import type { EvaluateRequest, Evaluation } from '../../../../src/controller/evaluate.ts';
import { loadHistories } from '../../../../src/controller/load/load-history.ts';
import type { ClusterPorts } from '../../../../src/controller/ports.ts';
import { tabletWalks } from '../../../../src/controller/tablet-walks.ts';
import { recentNeeds } from '../../../../src/controller/memory/recent-needs.ts';
import type { ClusterEvidence, TabletWalk } from '../../../../src/domain/evidence.ts';
import type { LoadSlot } from '../../../../src/domain/demand.ts';
import type { HostInventory } from '../../../../src/domain/host.ts';
import type { ForeignChange, Pause } from '../../../../src/domain/memory.ts';
import type { IdleReading } from '../../../../src/domain/observation.ts';
import type { Operation } from '../../../../src/domain/operation.ts';
import type { ClusterPolicy } from '../../../../src/domain/policy.ts';
import type { Member } from '../../../../src/domain/ports/cluster-memory.ts';
import type { Notice } from '../../../../src/domain/ports/notifier.ts';
import type { DecisionRecord } from '../../../../src/domain/record.ts';
import type { SignalReading } from '../../../../src/domain/signal.ts';
import type { Backend, Topology } from '../../../../src/domain/topology.ts';
import { discreteClock } from '../../../../src/time/discrete-clock.ts';
import type { DiscreteClock } from '../../../../src/time/discrete-clock.ts';
import {
  backends,
  clusterPolicy,
  evidence,
  NOW,
  QUERIES,
  reading,
  slots,
  topology,
  walk,
} from '../../../support/decision-input.ts';

/** Everything that a port answers; a test sets what differs. A function that throws or never ends is a port that fails. */
export interface Outside {
  members: readonly Backend[];
  topology: () => Promise<Topology>;
  moving: () => Promise<number>;
  evidence: () => Promise<ClusterEvidence>;
  walk: () => Promise<TabletWalk>;
  readings: () => Promise<readonly SignalReading[]>;
  idle: () => Promise<readonly IdleReading[]>;
  emergency: () => Promise<boolean>;
  /** Load of a closed slot. */
  history: (slotStartMs: number) => number;
  historyFails: string | undefined;
  hosts: () => Promise<HostInventory>;
  leads: boolean;
  writable: () => Promise<boolean>;
  appendFails: string | undefined;
  membersFail: string | undefined;
  pauses: readonly Pause[];
}

export interface Kept {
  readonly operations: Map<string, Operation>;
  readonly records: DecisionRecord[];
  readonly facts: Map<string, string>;
  members: readonly Member[];
  readonly foreign: ForeignChange[];
  readonly slots: Map<string, LoadSlot>;
  /** Every write to the store, in order. */
  readonly writes: string[];
}

export interface InMemory {
  readonly ports: ClusterPorts;
  readonly clock: DiscreteClock;
  readonly outside: Outside;
  readonly kept: Kept;
  readonly notices: Notice[];
  readonly logs: { readonly level: string; readonly message: string }[];
  readonly asked: string[];
}

/** The controller's ports without anything outside this process: six backends in an open window whose load needs 3.5. */
export function inMemory(startAtMs = NOW): InMemory {
  const clock = discreteClock(startAtMs);
  const outside: Outside = {
    members: backends(6),
    topology: async () => topology(outside.members, { at: clock.now() }),
    moving: async () => 0,
    evidence: async () => evidence(outside.members),
    walk: async () => walk({ at: clock.now() }),
    readings: async () => [reading(QUERIES)],
    idle: async () => [],
    emergency: async () => false,
    history: () => 350,
    historyFails: undefined,
    hosts: async () => ({
      provisioner: 'spares',
      hosts: [
        ...outside.members.map(({ host, address }) => ({ host, address, state: 'in-use' as const })),
        ...[1, 2, 3, 4].map((index) => ({
          host: `10.0.1.${String(index)}`,
          address: `10.0.1.${String(index)}:9050`,
          state: 'free' as const,
        })),
      ],
    }),
    leads: true,
    writable: async () => true,
    appendFails: undefined,
    membersFail: undefined,
    pauses: [],
  };
  const kept: Kept = {
    operations: new Map(),
    records: [],
    facts: new Map(),
    members: [],
    foreign: [],
    slots: new Map(),
    writes: [],
  };
  const notices: Notice[] = [];
  const logs: { level: string; message: string }[] = [];
  const asked: string[] = [];
  let id = 0;
  const log = (level: string) => (message: string) => {
    logs.push({ level, message });
  };
  const wrote = (what: string): void => {
    kept.writes.push(what);
  };
  const open = (): Operation | undefined =>
    [...kept.operations.values()].find((operation) => operation.endedAt === undefined);
  const nothing = async (): Promise<never> => {
    throw new Error('nothing of this is asked here');
  };

  const ports: ClusterPorts = {
    clock,
    ids: {
      next: () => {
        id += 1;
        return `id-${String(id).padStart(3, '0')}`;
      },
      digest: (text) => `#${text}`,
    },
    reader: {
      topology: async () => {
        asked.push('topology');
        return await outside.topology();
      },
      look: async () => {
        asked.push('topology');
        const topology = await outside.topology();
        // Each statement of a look has a deadline of its own.
        const moving = await attempt(() => outside.moving(), AbortSignal.timeout(25));
        return { topology, tabletsInMigration: moving };
      },
      migration: nothing,
      evidence: async () => {
        asked.push('evidence');
        return await outside.evidence();
      },
      walkTablets: async () => {
        asked.push('walk');
        return await outside.walk();
      },
      activity: nothing,
      residualTablets: nothing,
      tablesLeft: nothing,
      stallEvidence: nothing,
      cancelledLoads: nothing,
      configs: async () => ({}),
      frontendQueries: nothing,
      masters: nothing,
      pausedRoutineLoads: nothing,
    },
    writer: {
      apply: async (change) => {
        asked.push(`change ${change.kind}`);
        throw new Error('no cluster is here to change');
      },
    },
    load: {
      read: async () => await outside.readings(),
      idle: async () => await outside.idle(),
      emergency: async () => ({ known: true, value: await outside.emergency() }),
      history: async ({ from, until }) => {
        if (outside.historyFails !== undefined) throw new Error(outside.historyFails);
        // Its retention: too little to forecast from, so that the highest of what is there counts.
        const days = Math.max(0, until - Math.max(from, startAtMs - 8 * 86_400_000)) / 86_400_000;
        return slots('queries', (at) => outside.history(at), { until, days });
      },
      close: async () => {},
    },
    provisioners: new Map([
      [
        'spares',
        {
          name: 'spares',
          list: async () => await outside.hosts(),
          acquire: nothing,
          reset: nothing,
          start: nothing,
          stop: nothing,
          release: nothing,
        },
      ],
    ]),
    probe: { open: async () => false },
    journal: {
      async begin(operation) {
        const before = open();
        const takesPlace = before?.id === operation.id && before.state === 'proposed';
        if (before !== undefined && !takesPlace) throw new Error('an operation is open');
        wrote(`begin ${operation.kind}`);
        kept.operations.set(operation.id, operation);
      },
      async update(operation) {
        wrote(`update ${operation.state}`);
        kept.operations.set(operation.id, operation);
      },
      async writeStep(operationId, step) {
        wrote(`step ${step.key}`);
        const operation = kept.operations.get(operationId);
        if (operation === undefined) throw new Error(`no operation ${operationId}`);
        const steps = [...operation.steps.filter((each) => each.key !== step.key), step];
        kept.operations.set(operationId, { ...operation, steps });
      },
      open: async () => open(),
      find: async (operationId) => kept.operations.get(operationId),
      list: async ({ endedAfter }) =>
        [...kept.operations.values()]
          .filter((each) => endedAfter === undefined || (each.endedAt ?? -1) > endedAfter)
          .toSorted((a, b) => b.createdAt - a.createdAt),
    },
    records: {
      async append(record) {
        if (outside.appendFails !== undefined) throw new Error(outside.appendFails);
        wrote('record');
        kept.records.push(record);
      },
      find: async (recordId) => kept.records.find((record) => record.id === recordId),
      latest: async () => kept.records.at(-1),
      at: async (_cluster, at) => kept.records.findLast((record) => record.at <= at),
      list: async ({ limit, before }) =>
        kept.records
          .toReversed()
          .filter((record) => before === undefined || record.id < before)
          .slice(0, limit),
      retain: async () => 0,
    },
    loads: {
      async merge(_cluster, _group, merged) {
        wrote('slots');
        for (const slot of merged) kept.slots.set(`${slot.signal}/${String(slot.slotStartMs)}`, slot);
      },
      read: async (_cluster, group, { from, until }) => ({
        ...group,
        signals: {
          queries: [...kept.slots.values()]
            .filter((slot) => slot.slotStartMs >= from && slot.slotStartMs < until)
            .toSorted((a, b) => a.slotStartMs - b.slotStartMs),
        },
      }),
      retain: async () => 0,
    },
    memory: {
      clusterId: async () => kept.facts.get('cluster-id'),
      async learnClusterId(_cluster, clusterId) {
        wrote('cluster-id');
        kept.facts.set('cluster-id', clusterId);
      },
      async members() {
        if (outside.membersFail !== undefined) throw new Error(outside.membersFail);
        return kept.members;
      },
      async saveMembers(_cluster, members) {
        wrote('members');
        kept.members = members;
      },
      foreignChanges: async (_cluster, since) => kept.foreign.filter((change) => change.at >= since),
      async addForeignChange(_cluster, change) {
        wrote('foreign');
        kept.foreign.push(change);
      },
      fact: async (_cluster, name) => kept.facts.get(name),
      async setFact(_cluster, name, value) {
        wrote(`fact ${name}`);
        if (value === undefined) kept.facts.delete(name);
        else kept.facts.set(name, value);
      },
    },
    control: {
      pauses: async () => outside.pauses,
      pause: nothing,
      resume: nothing,
      approve: nothing,
      requestCancel: nothing,
    },
    lease: { holds: () => outside.leads },
    notifier: { notify: (notice) => notices.push(notice) },
    log: { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') },
    storeWritable: async () => await outside.writable(),
  };
  return { ports, clock, outside, kept, notices, logs, asked };
}

/** One evaluation at the clock's instant; what is kept between two of them is kept in `kept` alone. */
export async function evaluateOnce(
  { ports, clock, kept }: InMemory,
  parts: Partial<EvaluateRequest> & { readonly policy?: ClusterPolicy } = {},
): Promise<Evaluation> {
  const at = clock.now();
  return await evaluate(ports, {
    policy: clusterPolicy(),
    policyRevision: 'r1',
    at,
    decideAt: at,
    stage: 'record',
    clockJumped: false,
    histories: loadHistories(ports),
    needs: recentNeeds(kept.records),
    hosts: hostCache(),
    walks: tabletWalks(),
    ...parts,
  });
}

/** An operation as the journal holds it after its end. */
export function ended(parts: Partial<Operation> & { readonly endedAt: number }): Operation {
  return {
    id: `op-${String(parts.endedAt)}`,
    cluster: 'analytics',
    clusterId: '77',
    kind: 'remove-backend',
    role: 'backend',
    group: 'default',
    state: 'succeeded',
    from: 6,
    to: 5,
    targets: [{ node: '10.0.0.1:9050', backendId: '10000', bytes: 1, tablets: 1 }],
    because: '',
    recordId: '',
    createdAt: parts.endedAt - 3_600_000,
    startedAt: parts.endedAt - 3_600_000,
    deadlineMs: 86_400_000,
    waitedForWindowMs: 0,
    steps: [],
    progress: undefined,
    reason: '',
    cancelRequested: undefined,
    ...parts,
  };
}
