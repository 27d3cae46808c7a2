import { z } from 'zod';
import type { HostInventory } from '../../domain/host.ts';
import type { ProvisionedNode, ProvisionRequest } from '../../domain/ports/provisioner.ts';
import { addressOf, splitHost } from '../address.ts';
import { ProvisionerError } from '../errors.ts';
import type { CommandResult } from './run-command.ts';

/** EX_TEMPFAIL of sysexits.h: nothing was done, later it may work. */
const TRY_AGAIN = 75;

const port = z.int().min(1).max(65535);
/** With its port or without: `splitHost` reads both. */
const host = z
  .string()
  .min(1)
  .refine((written) => port.optional().safeParse(splitHost(written).port).success);
const answerSchema = z.object({
  ok: z.boolean(),
  host: host.optional(),
  heartbeatPort: port.optional(),
  editLogPort: port.optional(),
  detail: z.string().optional(),
  hosts: z
    .array(
      z.object({
        host,
        heartbeatPort: port.optional(),
        editLogPort: port.optional(),
        state: z.enum(['free', 'leased', 'in-use', 'dirty', 'unknown']).optional(),
        key: z.string().min(1).optional(),
      }),
    )
    .optional(),
});
export type Answer = z.infer<typeof answerSchema>;

/** What a program said of itself by its end and its stdout. Throws ProvisionerError for all but an `ok`, and nothing else. */
export function answerOf(result: CommandResult, subject: string, timeoutMs: number): Answer {
  const said = lastLine(result.stderr);
  if (result.timedOut) {
    throw new ProvisionerError(
      'provisioner-timeout',
      `${subject}: no answer within ${String(timeoutMs / 1000)} s${said}`,
    );
  }
  if (result.exitCode === TRY_AGAIN)
    throw new ProvisionerError('provisioner-try-again', `${subject}: try again later${said}`);
  const answer = parseAnswer(result.stdout);
  if (result.exitCode !== 0) {
    const why = answer?.detail === undefined ? said : `: ${answer.detail}`;
    // Ended from outside it says nothing of how far it came.
    if (result.exitCode === undefined)
      throw new ProvisionerError('provisioner-bad-answer', `${subject}: was ended by ${String(result.signal)}${why}`);
    throw new ProvisionerError('provisioner-failed', `${subject}: exit ${String(result.exitCode)}${why}`);
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

/** The host that an `acquire` names; undefined = none is free. */
export function nodeIn(answer: Answer, role: ProvisionRequest['role']): ProvisionedNode | undefined {
  if (answer.host === undefined) return undefined;
  const { host, port: written } = splitHost(answer.host);
  const named = role === 'backend' ? answer.heartbeatPort : answer.editLogPort;
  return { host, address: addressOf(host, named ?? written, role) };
}

/** The hosts of a `list`. */
export function hostsIn({ hosts = [] }: Answer): HostInventory['hosts'] {
  return hosts.map((each) => {
    const { host: name, port: written } = splitHost(each.host);
    const listed = each.heartbeatPort ?? each.editLogPort ?? written;
    return {
      host: name,
      address: listed === undefined ? undefined : addressOf(name, listed, 'backend'),
      state: each.state ?? ('unknown' as const),
      ...roleOf(each),
      ...(each.key === undefined ? {} : { heldBy: each.key }),
    };
  });
}

/** Which of the two ports is listed tells what the host is there for. */
function roleOf(listed: NonNullable<Answer['hosts']>[number]): Pick<HostInventory['hosts'][number], 'role'> {
  if ((listed.heartbeatPort === undefined) === (listed.editLogPort === undefined)) return {};
  return { role: listed.heartbeatPort === undefined ? 'frontend' : 'backend' };
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
