import { z } from 'zod';
import type { HostInventory } from '../../domain/host.ts';
import type { NodeAddress } from '../../domain/node.ts';
import type { Provisioner, ProvisionRequest } from '../../domain/ports/provisioner.ts';
import { addressOf, splitHost } from '../address.ts';
import { ProvisionerError } from '../errors.ts';
import { oneAtATime } from '../one-at-a-time.ts';
import { runCommand } from './run-command.ts';

/** EX_TEMPFAIL of sysexits.h: nothing was done, later it may work. */
const TRY_AGAIN = 75;

const answerSchema = z.object({
  ok: z.boolean(),
  host: z.string().min(1).optional(),
  heartbeatPort: z.int().min(1).max(65535).optional(),
  editLogPort: z.int().min(1).max(65535).optional(),
  detail: z.string().optional(),
  hosts: z
    .array(
      z.object({
        host: z.string().min(1),
        heartbeatPort: z.int().min(1).max(65535).optional(),
        editLogPort: z.int().min(1).max(65535).optional(),
        state: z.enum(['free', 'leased', 'in-use', 'dirty', 'unknown']).optional(),
        key: z.string().min(1).optional(),
      }),
    )
    .optional(),
});
type Answer = z.infer<typeof answerSchema>;

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
}): Provisioner {
  const taking = oneAtATime();
  const ask = (question: Question): Promise<Answer> => askProgram(options, question);
  const act = async (question: Question): Promise<void> => {
    await ask(question);
  };
  return {
    name: options.name,
    async list(): Promise<HostInventory> {
      const answer = await ask({ verb: 'list' });
      const listed = (answer.hosts ?? []).map((each) => {
        const port = each.heartbeatPort ?? each.editLogPort;
        return {
          host: each.host,
          address: port === undefined ? undefined : addressOf(each.host, port, 'backend'),
          state: each.state ?? ('unknown' as const),
          ...roleOf(each),
          ...(each.key === undefined ? {} : { heldBy: each.key }),
        };
      });
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
        if (answer.host === undefined) return undefined;
        const { host, port } = splitHost(answer.host);
        const named = request.role === 'backend' ? answer.heartbeatPort : answer.editLogPort;
        return { host, address: addressOf(host, named ?? port, request.role) };
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
  const said = lastLine(result.stderr);
  if (result.timedOut) {
    throw new ProvisionerError(
      'provisioner-timeout',
      `${subject}: no answer within ${String(options.timeoutMs / 1000)} s${said}`,
    );
  }
  if (result.exitCode === TRY_AGAIN)
    throw new ProvisionerError('provisioner-try-again', `${subject}: try again later${said}`);
  const answer = parseAnswer(result.stdout);
  if (result.exitCode !== 0) {
    const how =
      result.exitCode === undefined ? `was ended by ${String(result.signal)}` : `exit ${String(result.exitCode)}`;
    throw new ProvisionerError(
      'provisioner-failed',
      `${subject}: ${how}${answer?.detail === undefined ? said : `: ${answer.detail}`}`,
    );
  }
  if (answer === undefined) {
    throw new ProvisionerError('provisioner-bad-answer', `${subject}: stdout is not one JSON object with "ok"${said}`, {
      hint: 'print one object such as {"ok": true, "host": "10.0.0.21", "heartbeatPort": 9050} and send all else to stderr',
    });
  }
  if (!answer.ok)
    throw new ProvisionerError('provisioner-failed', `${subject}: ${answer.detail ?? 'answered ok: false'}`);
  return answer;
}

function parseAnswer(stdout: string): Answer | undefined {
  try {
    const parsed = answerSchema.safeParse(JSON.parse(stdout));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

function lastLine(stderr: string): string {
  const line = stderr.trim().split('\n').at(-1)?.slice(0, 300);
  return line === undefined || line === '' ? '' : `: ${line}`;
}

/** Which of the two ports is listed tells what the host is there for. */
function roleOf(listed: {
  readonly heartbeatPort?: number | undefined;
  readonly editLogPort?: number | undefined;
}): Pick<HostInventory['hosts'][number], 'role'> {
  if ((listed.heartbeatPort === undefined) === (listed.editLogPort === undefined)) return {};
  return { role: listed.heartbeatPort === undefined ? 'frontend' : 'backend' };
}
