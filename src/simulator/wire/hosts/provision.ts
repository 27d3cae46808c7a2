import type { Clock } from '../../../domain/ports/clock.ts';
import type { SimulatedCluster } from '../../cluster.ts';
import { type HostRole, hostState, listHosts, type SimulatedHost } from './host-list.ts';

/** What the exec provisioner asks on stdin, as it stands there. */
export interface ProvisionQuestion {
  readonly verb: string;
  readonly role?: string | undefined;
  readonly host?: string | undefined;
  readonly helper?: string | undefined;
  readonly key?: string | undefined;
  readonly registered?: readonly string[] | undefined;
}

export interface ProvisionAnswer {
  readonly ok: boolean;
  readonly host?: string;
  readonly heartbeatPort?: number;
  readonly editLogPort?: number;
  readonly detail?: string;
  readonly hosts?: readonly unknown[];
}

export interface ScriptCall {
  /** Infinity: no answer ever comes. */
  readonly afterMs: number;
  /** To be asked for once, when that time has passed: some do the work only then. */
  readonly answer: () => ProvisionAnswer;
}

/** The machine room behind the exec provisioner: who holds which host, and which hosts need a reset. */
export interface MachineRoom {
  answer(question: ProvisionQuestion): ProvisionAnswer;
  /** The same, as a fault of `host-script` lets it be carried out and answered. */
  call(question: ProvisionQuestion): ScriptCall;
  hosts(): readonly (SimulatedHost & { readonly state: string; readonly lease: string | undefined })[];
}

/** Every verb may be repeated with the same key: the second time changes nothing. */
export function machineRoom({
  cluster,
  clock,
}: {
  readonly cluster: SimulatedCluster;
  readonly clock: Clock;
}): MachineRoom {
  const leases = new Map<string, string>();
  const dirty = new Set<string>();
  const resets = new Set<string>();

  const hosts = (): ReturnType<MachineRoom['hosts']> => {
    cluster.advanceTo(clock.now());
    return listHosts(cluster).map((host) => {
      const lease = leaseOf(host.host);
      return {
        ...host,
        state: hostState(host, { leased: lease !== undefined, dirty: dirty.has(host.host) }),
        lease,
      };
    });
  };

  function leaseOf(host: string): string | undefined {
    return [...leases].find(([, leased]) => leased === host)?.[0];
  }

  function acquire(question: ProvisionQuestion, role: HostRole): ProvisionAnswer {
    const { key, registered = [] } = question;
    if (key === undefined) return refusal('acquire needs a key');
    const candidates = hosts().filter((each) => each.role === role);
    const held = candidates.find(({ host }) => host === leases.get(key));
    const taken = new Set(registered.map((address) => address.replace(/:\d+$/, '')));
    const free =
      held ??
      candidates.find(({ host, state }) => state === 'free' && !taken.has(host)) ??
      candidates.find(({ host, state }) => state === 'dirty' && !taken.has(host));
    if (free === undefined) return { ok: true, detail: `no ${role} host is free` };
    leases.set(key, free.host);
    return { ok: true, ...place(free) };
  }

  function reset(question: ProvisionQuestion, host: SimulatedHost): ProvisionAnswer {
    const once = `${question.key ?? ''} ${host.host}`;
    if (resets.has(once)) return { ok: true, ...place(host) };
    if (host.running) return refusal(`the ${host.role} of ${host.host} is running: stop it first`);
    if (host.role === 'backend') cluster.resetBackend(host.host, clock.now());
    else cluster.resetFrontend(host.host, clock.now());
    dirty.delete(host.host);
    if (question.key !== undefined) resets.add(once);
    return { ok: true, ...place(host) };
  }

  function start(question: ProvisionQuestion, host: SimulatedHost): ProvisionAnswer {
    if (host.role === 'backend') cluster.startBackend(host.host, clock.now());
    else cluster.startFrontend(host.host, question.helper, clock.now());
    return { ok: true, ...place(host) };
  }

  function stop(host: SimulatedHost): ProvisionAnswer {
    if (host.role === 'backend') cluster.stopBackend(host.host, { graceful: true }, clock.now());
    else cluster.stopFrontend(host.host, clock.now());
    return { ok: true, ...place(host) };
  }

  function release(question: ProvisionQuestion, host: SimulatedHost): ProvisionAnswer {
    const lease = leaseOf(host.host);
    if (lease !== undefined) leases.delete(lease);
    resets.delete(`${question.key ?? ''} ${host.host}`);
    dirty.add(host.host);
    return { ok: true, ...place(host) };
  }

  function answer(question: ProvisionQuestion): ProvisionAnswer {
    if (question.verb === 'list') {
      return {
        ok: true,
        hosts: hosts().map((each) => ({
          ...place(each),
          state: each.state,
          ...(each.lease === undefined ? {} : { key: each.lease }),
        })),
      };
    }
    const role = question.role === 'frontend' ? 'frontend' : 'backend';
    if (question.verb === 'acquire') return acquire(question, role);
    const host = hosts().find((each) => each.host === question.host && each.role === role);
    if (host === undefined) return refusal(`no ${role} host ${question.host ?? '(none named)'} is known`);
    switch (question.verb) {
      case 'reset':
        return reset(question, host);
      case 'start':
        return start(question, host);
      case 'stop':
        return stop(host);
      case 'release':
        return release(question, host);
      default:
        return refusal(`"${question.verb}" is none of acquire, reset, start, stop, release, list`);
    }
  }

  function call(question: ProvisionQuestion): ScriptCall {
    const trouble = cluster.takeHostScriptTrouble(question.verb, clock.now());
    if (trouble === undefined) return { afterMs: 0, answer: () => answer(question) };
    const done = trouble.isDone ? answer(question) : undefined;
    switch (trouble.answer) {
      case 'late':
        return { afterMs: trouble.delayMs, answer: () => done ?? answer(question) };
      case 'never':
        return { afterMs: Number.POSITIVE_INFINITY, answer: () => refusal('no answer') };
      case 'fails':
        return {
          afterMs: trouble.delayMs,
          answer: () => refusal(`${question.verb} failed: ssh: connection timed out`),
        };
    }
  }

  return { answer, call, hosts };
}

function place({ host, role, port }: SimulatedHost): Pick<ProvisionAnswer, 'host' | 'heartbeatPort' | 'editLogPort'> {
  return role === 'backend' ? { host, heartbeatPort: port } : { host, editLogPort: port };
}

function refusal(detail: string): ProvisionAnswer {
  return { ok: false, detail };
}
