import type { Finding } from '../problem.ts';
import { error } from '../problem.ts';
import { hostAndPort } from '../parse-units.ts';
import type { ProvisionerFile } from '../schema/policy-file.ts';
import type { Locate } from '../source/located.ts';
import { didYouMean } from '../suggest.ts';
import type { CheckContext } from './section.ts';

export function checkProvisioner(provisioner: ProvisionerFile, locate: Locate): readonly Finding[] {
  switch (provisioner.type) {
    case 'static':
      return [
        ...checkHosts(provisioner.hosts, locate.at('hosts')),
        ...checkPorts(provisioner.hosts, locate.at('hosts')),
      ];
    case 'exec':
      return checkHosts(provisioner.hosts, locate.at('hosts'));
    case 'ssh':
    case 'webhook':
    case 'kubernetes':
      return [
        error(
          locate('type'),
          `a provisioner of type ${provisioner.type} is not supported yet`,
          'write type: exec (a program of yours) or type: static (processes already up)',
        ),
      ];
  }
}

function checkHosts(hosts: readonly string[], locate: Locate): readonly Finding[] {
  return hosts.flatMap((host, index) =>
    hosts.indexOf(host) < index
      ? [error(locate(index), `${host} stands in this list already`, 'keep one of the two')]
      : [],
  );
}

/** A process that is up already is found by its port: nothing else tells which one is meant. */
function checkPorts(hosts: readonly string[], locate: Locate): readonly Finding[] {
  return hosts.flatMap((host, index) =>
    hostAndPort(host) === undefined
      ? [
          error(
            locate(index),
            `"${host}" has no port`,
            `write "${host}:9050", the heartbeat port (for a frontend the edit log port)`,
          ),
        ]
      : [],
  );
}

/** A name that a group or the frontends give must stand under `provisioners`. */
export function checkProvisionerName(
  name: string | undefined,
  locate: Locate,
  { provisioners }: CheckContext,
): readonly Finding[] {
  if (name === undefined || provisioners.includes(name)) return [];
  const known = provisioners.length === 0 ? 'add it under provisioners' : `known: ${provisioners.join(', ')}`;
  return [error(locate('provisioner'), `there is no provisioner "${name}"`, didYouMean(name, provisioners, known))];
}
