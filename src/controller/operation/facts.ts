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
import type { Facts, Look, NeedAgain, WindowFact } from '../../operation/facts.ts';
import { looks } from '../../operation/looks.ts';
import { masterIdentity } from '../../operation/nodes.ts';
import { attempt } from '../attempt.ts';

const PROBE_MS = 2000;
/** What could not be read is asked for again after this long, or after half a minute where the FE walks its tablets for it. */
const UNREAD_MS = 5000;
const UNREAD_DEAR_MS = 30_000;
const DEAR: ReadonlySet<Look['fact']> = new Set(['residual', 'tables', 'stall', 'evidence']);
/** Facts that cost the FE something are not read at every look; of some the step says how often. */
const FRESH_MS: Readonly<Record<Exclude<Look['fact'], 'residual' | 'tables' | 'stall'>, number>> = {
  configs: 10_000,
  activity: 0,
  cancelledLoads: 60_000,
  migration: 30_000,
  evidence: 120_000,
  port: 0,
  queries: 0,
  masters: 0,
  pausedLoads: 0,
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
  const answers = new Map<string, Answer>();
  let master: string | undefined;

  const read = async (wanted: Look, at: EpochMs): Promise<Known<unknown>> => {
    const name = JSON.stringify({ ...wanted, sinceSeconds: undefined, everyMs: undefined });
    const known = answers.get(name);
    const everyMs = 'everyMs' in wanted ? wanted.everyMs : FRESH_MS[wanted.fact];
    const unreadMs = Math.min(DEAR.has(wanted.fact) ? UNREAD_DEAR_MS : UNREAD_MS, everyMs);
    const freshMs = known?.value.known === false ? unreadMs : everyMs;
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
      const bare: Facts = {
        topology,
        earlier: topology.known ? earlierThan(seen, topology.value) : undefined,
        window: windowFact(policy, at),
        needAgain,
        provisioner:
          ports.provisioner === undefined
            ? undefined
            : { name: ports.provisioner.name, keepsRunning: ports.provisioner.keepsRunning === true },
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
  stall: unasked,
  cancelledLoads: unasked,
  migration: unasked,
  evidence: unasked,
  queries: unasked,
  masters: unasked,
  pausedLoads: unasked,
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
      return await attempt(() => reader.tablesLeft(wanted.node));
    case 'stall':
      return await attempt(() => reader.stallEvidence(wanted.group));
    case 'cancelledLoads':
      return await attempt(() => reader.cancelledLoads());
    case 'migration':
      return await attempt(() => reader.migration());
    case 'evidence':
      return await attempt(async () => ({
        ...(await reader.evidence({ group: wanted.group, victims: wanted.victims })),
        walk: await reader.walkTablets(),
      }));
    case 'queries':
      return await attempt(() => reader.frontendQueries(wanted.frontend));
    case 'masters':
      return await attempt(() => reader.masters());
    case 'pausedLoads':
      return await attempt(() => reader.pausedRoutineLoads());
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
