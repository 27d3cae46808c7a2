import type { HostInventory } from '../../domain/host.ts';
import type { NodeAddress } from '../../domain/node.ts';
import type { Provisioner, ProvisionRequest } from '../../domain/ports/provisioner.ts';
import { addressOf, splitHost } from '../address.ts';
import { ProvisionerError } from '../errors.ts';
import type { OneAtATime } from '../one-at-a-time.ts';
import { answerOf, hostsIn, nodeIn } from './answer.ts';
import type { Answer } from './answer.ts';
import { runCommand } from './run-command.ts';

interface Question {
  readonly verb: 'acquire' | 'reset' | 'start' | 'stop' | 'release' | 'list';
  readonly role?: 'backend' | 'frontend';
  readonly host?: string;
  readonly helper?: NodeAddress;
  readonly key?: string;
  readonly cluster?: string;
  readonly clusterId?: string;
  readonly httpPort?: number;
  readonly registered?: readonly NodeAddress[];
}

/**
 * Asks a program of the operator's: one JSON object on its stdin, one on its stdout, exit 0, or 75 for "try again later".
 * No shell is involved. The program must be idempotent by `key`; it is asked for one host at a time.
 */
export function execProvisioner(options: {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly timeoutMs: number;
  readonly hosts: readonly string[];
  /** Shared by all that use this name. */
  readonly taking: OneAtATime;
}): Provisioner {
  const { taking } = options;
  const ask = (question: Question): Promise<Answer> => askProgram(options, question);
  const act = async (question: Question): Promise<void> => {
    await ask(question);
  };
  return {
    name: options.name,
    async list(): Promise<HostInventory> {
      const listed = hostsIn(await ask({ verb: 'list' }));
      // What the policy names is known even where the program does not list it.
      const named = options.hosts.map(splitHost).filter(({ host }) => !listed.some((each) => each.host === host));
      const configured = named.map(({ host, port }) => ({
        host,
        address: port === undefined ? undefined : addressOf(host, port, 'backend'),
        state: 'unknown' as const,
      }));
      return { provisioner: options.name, hosts: [...listed, ...configured] };
    },
    acquire: (request) =>
      taking(async () => {
        const answer = await ask({ verb: 'acquire', ...common(request), registered: request.registered });
        return nodeIn(answer, request.role);
      }),
    reset: (request) => act({ verb: 'reset', ...common(request), host: request.host }),
    start: (request) =>
      act({
        verb: 'start',
        ...common(request),
        host: request.host,
        ...(request.helper === undefined ? {} : { helper: request.helper }),
        ...(request.httpPort === undefined ? {} : { httpPort: request.httpPort }),
      }),
    stop: (request) => act({ verb: 'stop', ...common(request), host: request.host }),
    release: (request) => act({ verb: 'release', ...common(request), host: request.host }),
  };
}

function common({ role, key, cluster, clusterId }: ProvisionRequest): Omit<Question, 'verb'> {
  return { role, key, cluster, clusterId };
}

async function askProgram(
  options: { readonly name: string; readonly command: readonly [string, ...string[]]; readonly timeoutMs: number },
  question: Question,
): Promise<Answer> {
  const subject = `provisioner ${options.name}: ${question.verb}${question.host === undefined ? '' : ` ${question.host}`}`;
  const result = await runCommand(options.command, {
    input: `${JSON.stringify(question)}\n`,
    timeoutMs: options.timeoutMs,
  }).catch((cause: unknown) => {
    throw new ProvisionerError('provisioner-failed', `${subject}: ${options.command[0]} could not be started`, {
      cause,
      hint: 'give the full path of an executable file in provisioners.*.command',
    });
  });
  return answerOf(result, subject, options.timeoutMs);
}
