import { formatProblem } from '../../config/problem.ts';
import type { LoadDeps } from '../../config/load-policy.ts';
import type { EpochMs } from '../../domain/instant.ts';
import type { Log } from '../../domain/ports/log.ts';
import { keep, readKept } from './kept-policy.ts';
import type { PolicyLedger } from './ledger.ts';
import type { RightPolicy } from './reload-gate.ts';

export interface FirstPolicy {
  readonly loaded: RightPolicy;
  /** Revision of the file, where it waits for a yes. */
  readonly waiting: string | undefined;
  /** The file was being tried on the past when the process before ended: it is tried now, and is not in force until then. */
  readonly untried: boolean;
}

const CUT_SHORT = 'the process ended while it was tried on the past';

/**
 * The policy that a process begins with: what its file says, unless that waits for a yes, or for its trial on the past, since before
 * the process ended. A crash is no yes.
 */
export async function firstPolicy(
  file: RightPolicy,
  {
    ledger,
    log,
    deps,
    at,
  }: { readonly ledger: PolicyLedger; readonly log: Log; readonly deps: LoadDeps; readonly at: EpochMs },
): Promise<FirstPolicy> {
  const { revision } = file.policy;
  const [change, approval, inForce, trial] = await Promise.all([
    ledger.change(),
    ledger.approval(),
    ledger.inForce(),
    ledger.trial(),
  ]);
  const waits = change?.result === 'held' && change.revision === revision;
  const untried = !waits && trial === revision && inForce?.revision !== revision;
  if ((waits || untried) && approval?.revision !== revision && inForce !== undefined) {
    const before = readKept(inForce, deps);
    if (before.ok && untried) {
      const held = {
        previous: inForce.revision,
        revision,
        at,
        result: 'held',
        reasons: [CUT_SHORT],
        groups: [],
      } as const;
      // Unwritten, it is found as untried again.
      await ledger
        .setChange(held)
        .then(() => ledger.setTrial(undefined))
        .catch(() => undefined);
      log.warn('the changed configuration is tried on the past again; the one before stays in force until then', {
        revision,
        inForce: inForce.revision,
        reason: CUT_SHORT,
      });
      return { loaded: before, waiting: undefined, untried };
    }
    if (before.ok) {
      log.warn('the changed configuration still waits for a yes; the one before stays in force', {
        revision,
        inForce: inForce.revision,
        command: `doris-autoscaler approve ${revision}`,
      });
      return { loaded: before, waiting: revision, untried: false };
    }
    const problems = before.errors.map(formatProblem);
    log.warn('the configuration before cannot be read any more; the changed one is taken', { revision, problems });
  }
  const remember = async (): Promise<void> => {
    await ledger.setInForce(keep(file));
    if (change?.result === 'held') {
      const result = approval?.revision === revision ? 'approved' : 'accepted';
      await ledger.setChange(waits ? { ...change, at, result } : undefined);
    }
    await ledger.setApproval(undefined);
    await ledger.setTrial(undefined);
  };
  // A store that cannot be written holds every change, and says so by itself: the process begins all the same.
  await remember().catch((error: unknown) => {
    log.warn('the store does not know the configuration in force', { revision, error });
  });
  return { loaded: file, waiting: undefined, untried: false };
}
