import type { ProvisionedHost } from '../../../src/domain/host.ts';
import type { Clock } from '../../../src/domain/ports/clock.ts';
import type { PortProbe } from '../../../src/domain/ports/probe.ts';
import type { Provisioner, ProvisionRequest } from '../../../src/domain/ports/provisioner.ts';
import { ProvisionerError } from '../../../src/provisioner/errors.ts';
import type { SimulatedCluster } from '../../../src/simulator/cluster.ts';
import { machineRoom } from '../../../src/simulator/wire/hosts/provision.ts';
import type { MachineRoom, ProvisionAnswer, ProvisionQuestion } from '../../../src/simulator/wire/hosts/provision.ts';

/** Hosts of the simulated machine room, asked without a process between. It outlives the daemon, as a real one does. */
export function simulatedProvisioner(
  cluster: SimulatedCluster,
  clock: Clock,
  room: MachineRoom = machineRoom({ cluster, clock }),
): Provisioner {
  const ask = (question: ProvisionQuestion): ProvisionAnswer => {
    const answer = room.answer(question);
    if (!answer.ok) throw new ProvisionerError('provisioner-failed', answer.detail ?? 'the machine room refuses');
    return answer;
  };
  const one = (
    verb: string,
    { role, key, ...rest }: ProvisionRequest & { readonly host?: string; readonly helper?: string | undefined },
  ) => ask({ verb, role, key, ...rest });
  return {
    name: 'spares',
    async list() {
      const hosts = room.hosts().map(
        ({ host, port, state, role, lease }): ProvisionedHost => ({
          host,
          address: `${host}:${String(port)}`,
          state: state as ProvisionedHost['state'],
          role,
          ...(lease === undefined ? {} : { heldBy: lease }),
        }),
      );
      return { provisioner: 'spares', hosts };
    },
    async acquire(request) {
      const { host, heartbeatPort, editLogPort } = ask({ verb: 'acquire', ...request });
      if (host === undefined) return undefined;
      return { host, address: `${host}:${String(heartbeatPort ?? editLogPort)}` };
    },
    async reset(request) {
      one('reset', request);
    },
    async start(request) {
      one('start', request);
    },
    async stop(request) {
      one('stop', request);
    },
    async release(request) {
      one('release', request);
    },
  };
}

/** Ports answer while their process runs. */
export function simulatedProbe(cluster: SimulatedCluster, clock: Clock): PortProbe {
  return {
    async open(host, port) {
      cluster.advanceTo(clock.now());
      const nodes = [...cluster.backends(), ...cluster.frontends()];
      return nodes.some((node) => node.running && node.host === host && Object.values(node.ports).includes(port));
    },
  };
}
