import { nextWindow, windowAt } from '../../decision/windows/effective.ts';
import type { EpochMs } from '../../domain/instant.ts';
import type { Known } from '../../domain/known.ts';
import type { Operation } from '../../domain/operation.ts';
import type { ClusterPolicy } from '../../domain/policy.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { ClusterReader } from '../../domain/ports/cluster-reader.ts';
import type { PortProbe } from '../../domain/ports/probe.ts';
import type { Provisioner } from '../../domain/ports/provisioner.ts';
import type { Topology } from '../../domain/topology.ts';
import type { DrainSample, Facts, Look, NeedAgain, WindowFact } from '../../operation/facts.ts';
import { looks } from '../../operation/looks.ts';
import { masterIdentity } from '../../operation/nodes.ts';
import { attempt } from '../attempt.ts';

const PROBE_MS = 2000;
const SAMPLES_MS = 600_000;
/** What could not be read is asked for again after this long, or after half a minute where the FE walks its tablets for it. */
const UNREAD_MS = 5000;
const UNREAD_DEAR_MS = 30_000;
const DEAR: ReadonlySet<Look['fact']> = new Set(['residual', 'tables', 'evidence']);
/** Facts that cost the FE something are not read at every look. */
const FRESH_MS: Readonly<Record<Look['fact'], number>> = {
  configs: 10_000,
  activity: 0,
  residual: 30_000,
  tables: 300_000,
  migration: 30_000,
  evidence: 60_000,
  port: 0,
  queries: 0,
};

export interface FactsRequest {
  readonly clock: Clock;
  readonly reader: ClusterReader;
  readonly probe: PortProbe;
  readonly provisioner: Provisioner | undefined;
}

export interface OperationFacts {
  look(operation: Operation, policy: ClusterPolicy, needAgain: NeedAgain | undefined): Promise<Facts>;
  /** After an effect: what was read before it says nothing of after it. */
  forget(): void;
}

type Answer = { readonly at: EpochMs; readonly value: Known<unknown> };

/** Looks at what next() asks for: the topology each time, the rest while a step wants it. */
export function operationFacts(ports: FactsRequest): OperationFacts {
  let seen: readonly Topology[] = [];
  let samples: readonly DrainSample[] = [];
  const answers = new Map<string, Answer>();
  let master: string | undefined;

  const read = async (wanted: Look, at: EpochMs): Promise<Known<unknown>> => {
    const name = JSON.stringify({ ...wanted, sinceSeconds: undefined });
    const known = answers.get(name);
    const unreadMs = DEAR.has(wanted.fact) ? UNREAD_DEAR_MS : Math.min(UNREAD_MS, FRESH_MS[wanted.fact]);
    const freshMs = known?.value.known === false ? unreadMs : FRESH_MS[wanted.fact];
    if (known !== undefined && at - known.at < freshMs) return known.value;
    const value = await ask(ports, wanted);
    answers.set(name, { at, value });
    return value;
  };

  return {
    async look(operation, policy, needAgain) {
      const topology = await attempt(() => ports.reader.topology());
      const at = ports.clock.now();
      if (topology.known) {
        const identity = masterIdentity(topology.value);
        // Another master has other values, and its queues are empty.
        if (master !== undefined && master !== identity) answers.clear();
        master = identity;
      }
      if (topology.known) samples = sampled(samples, operation, topology.value, at);
      const bare: Facts = {
        topology,
        earlier: topology.known ? earlierThan(seen, topology.value) : undefined,
        window: windowFact(policy, at),
        needAgain,
        provisioner:
          ports.provisioner === undefined
            ? undefined
            : { name: ports.provisioner.name, keepsRunning: ports.provisioner.keepsRunning === true },
        samples,
        ...notAsked,
        portsOpen: {},
      };
      const wanted = looks({ operation, facts: bare, policy, now: at });
      const found = await Promise.all(wanted.map(async (each) => [each, await read(each, at)] as const));
      if (topology.known) seen = remembered(seen, topology.value);
      return found.reduce(withFact, bare);
    },
    forget() {
      answers.clear();
    },
  };
}

/** Two looks within less than this are one: the second must have had the chance to differ. */
const LOOKS_APART_MS = 400;

function earlierThan(seen: readonly Topology[], now: Topology): Topology | undefined {
  return seen.findLast((each) => each.at <= now.at - LOOKS_APART_MS && each.clusterId === now.clusterId);
}

function remembered(seen: readonly Topology[], now: Topology): readonly Topology[] {
  const earlier = earlierThan(seen, now);
  return [...seen.filter((each) => earlier === undefined || each.at >= earlier.at), now];
}

export function windowFact(policy: ClusterPolicy, at: EpochMs): WindowFact {
  const window = windowAt(policy.windows, at);
  return {
    open: window !== undefined,
    endMs: window?.endMs,
    usableUntilMs: window?.usableUntilMs,
    nextOpenAt: window === undefined ? nextWindow(policy.windows, at)?.startMs : undefined,
  };
}

const unasked: Known<never> = { known: false, reason: 'it was not read' };
const notAsked = {
  configs: unasked,
  activity: unasked,
  residual: unasked,
  tables: unasked,
  migration: unasked,
  evidence: unasked,
  queries: unasked,
} as const;

async function ask(ports: FactsRequest, wanted: Look): Promise<Known<unknown>> {
  const { reader } = ports;
  switch (wanted.fact) {
    case 'configs':
      return await attempt(() => reader.configs(wanted.keys));
    case 'activity':
      return await attempt(() => reader.activity(wanted.node, wanted.sinceSeconds));
    case 'residual': {
      const left = await attempt(() => reader.residualTablets(wanted.node));
      if (left.known && left.value === undefined) return { known: false, reason: 'this version does not tell' };
      return left;
    }
    case 'tables':
      return await attempt(() => reader.tablesOn(wanted.node));
    case 'migration':
      return await attempt(() => reader.migration());
    case 'evidence':
      return await attempt(() => reader.evidence({ group: wanted.group, victims: wanted.victims }));
    case 'queries':
      return await attempt(() => reader.frontendQueries(wanted.frontend));
    case 'port':
      return { known: true, value: await ports.probe.open(wanted.host, wanted.port, PROBE_MS) };
  }
}

function withFact(facts: Facts, [look, answer]: readonly [Look, Known<unknown>]): Facts {
  if (look.fact === 'port') {
    const name = `${look.host}:${String(look.port)}`;
    return { ...facts, portsOpen: { ...facts.portsOpen, [name]: answer.known && answer.value === true } };
  }
  return { ...facts, [look.fact]: answer };
}

/** What the leaving backends still held, for slope and expected end. */
function sampled(
  samples: readonly DrainSample[],
  operation: Operation,
  topology: Topology,
  at: EpochMs,
): readonly DrainSample[] {
  const leaving = topology.backends.filter(
    (backend) => backend.decommissioned && operation.targets.some((target) => target.node === backend.address),
  );
  const fresh = leaving.map((backend) => ({
    at,
    node: backend.address,
    tablets: backend.tablets,
    bytes: backend.dataUsedBytes,
  }));
  return [...samples.filter((sample) => at - sample.at <= SAMPLES_MS), ...fresh];
}
