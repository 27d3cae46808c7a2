import type { CodedError } from '../../domain/error.ts';
import type { Provisioner } from '../../domain/ports/provisioner.ts';
import type { ClusterPorts } from '../ports.ts';

/** The provisioner of a name that a journal or a policy gives; one that the policy has no more refuses all and names itself. */
export function provisionerNamed({ provisioners }: Pick<ClusterPorts, 'provisioners'>, name: string): Provisioner {
  return provisioners.get(name) ?? missing(name);
}

/** In its place nothing is asked of another one, which would take the key and the host for its own. */
function missing(name: string): Provisioner {
  const refuse = async (): Promise<never> => {
    const coded: Pick<CodedError, 'code'> = { code: 'provisioner-failed' };
    throw Object.assign(
      new Error(`the policy has no provisioner "${name}" any more: nothing is asked of another one`),
      coded,
    );
  };
  return { name, list: refuse, acquire: refuse, reset: refuse, start: refuse, stop: refuse, release: refuse };
}
