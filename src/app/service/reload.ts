import type { LoadedPolicy } from '../../config/load-policy.ts';
import { formatProblem } from '../../config/problem.ts';
import type { Policy, ServerPolicy } from '../../domain/policy.ts';
import type { Log } from '../../domain/ports/log.ts';
import type { PolicyChange } from '../../domain/policy-change.ts';
import type { Daemon } from '../daemon/daemon.ts';
import type { ReloadGate } from '../policy-change/reload-gate.ts';
import { differenceBody } from '../present/policy-change/change-body.ts';
import { approveCommand } from '../present/policy-change/change-text.ts';
import { secretsOf } from './secrets-of.ts';

/** Takes over changed policies, one after another, each after it was tried on the past. */
export interface Reloader {
  /** Reads, and takes over what is valid. Several calls while one is under way become one more. */
  reload(cause: string): void;
  /** The one under way is left to end by itself; no other begins. */
  stop(): void;
}

export function reloader(options: {
  readonly load: () => Promise<LoadedPolicy>;
  readonly daemon: Pick<Daemon, 'policy' | 'reload' | 'refused' | 'held'>;
  readonly gate: ReloadGate;
  readonly log: Log & { readonly hide: (secrets: readonly string[]) => void };
  /** The policy that the process began with: its store and address are those of the process. */
  readonly started: Policy;
  /** Told of every reading, good or bad, before anything is done with it. */
  readonly onRead: (loaded: LoadedPolicy) => void;
}): Reloader {
  const { daemon, gate, log, started } = options;
  let next: string | undefined;
  let busy = false;
  let stopped = false;

  const takeOver = async (cause: string): Promise<void> => {
    const loaded = await options.load();
    if (stopped) return;
    options.onRead(loaded);
    if (!loaded.ok) {
      refuse(cause, loaded.errors.map(formatProblem));
      return;
    }
    const { policy } = loaded;
    log.hide(secretsOf(policy));
    for (const warning of loaded.warnings) log.warn('configuration', { problem: formatProblem(warning) });
    const change = await gate.judge(daemon.policy(), loaded);
    if (stopped) return;
    tell(change);
    if (change.result === 'held') {
      await hold(cause, change);
      return;
    }
    const fixed = fixedParts(started, policy);
    if (fixed.length > 0) log.warn('taken over only by a restart', { cause, keys: fixed });
    const restarted = await daemon.reload(policy);
    log.info('configuration in force', { cause, revision: policy.revision, restarted });
    await gate.taken(loaded, change).catch((error: unknown) => {
      log.warn('the store does not know the configuration in force', { revision: policy.revision, error });
    });
  };

  const tell = ({ previous, revision, groups }: PolicyChange): void => {
    for (const group of groups)
      log.info('a changed policy was tried on the past', { previous, revision, ...differenceBody(group) });
  };

  const hold = async (cause: string, change: PolicyChange): Promise<void> => {
    const isNew = await gate.held(change);
    if (stopped) return;
    log.warn('configuration held; the one before stays in force until a person says yes', {
      cause,
      revision: change.revision,
      inForce: change.previous,
      reasons: change.reasons,
      command: approveCommand(change.revision),
    });
    daemon.held(change, { isNew });
  };

  const refuse = (cause: string, problems: readonly string[]): void => {
    daemon.refused();
    log.error('configuration refused; the last good one stays in force', {
      cause,
      revision: daemon.policy().revision,
      problems,
    });
  };

  const work = async (): Promise<void> => {
    busy = true;
    while (next !== undefined && !stopped) {
      const cause = next;
      next = undefined;
      try {
        await takeOver(cause);
      } catch (error) {
        refuse(cause, [error instanceof Error ? error.message : String(error)]);
      }
    }
    busy = false;
  };

  return {
    reload(cause) {
      next = cause;
      if (!busy) void work();
    },
    stop() {
      stopped = true;
    },
  };
}

/** What a process cannot change while it runs. Tokens are none of these. */
function fixedParts(started: Policy, policy: Policy): readonly string[] {
  return [
    ...(policy.store.path === started.store.path ? [] : ['store']),
    ...(sameAddress(policy.server, started.server) ? [] : ['server.listen']),
  ];
}

function sameAddress(a: ServerPolicy, b: ServerPolicy): boolean {
  return a.host === b.host && a.port === b.port;
}
