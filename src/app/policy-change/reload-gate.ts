import { changedGroups } from '../../backtest/change/changed-groups.ts';
import type { LoadedPolicy } from '../../config/load-policy.ts';
import type { EpochMs } from '../../domain/instant.ts';
import type { Policy } from '../../domain/policy.ts';
import type { GroupDifference, PolicyChange } from '../../domain/policy-change.ts';
import { keep } from './kept-policy.ts';
import type { KeptPolicy } from './kept-policy.ts';
import type { PolicyLedger } from './ledger.ts';

export type RightPolicy = LoadedPolicy & { readonly ok: true };

/** Tries a changed policy on the past before it is taken. */
export interface ReloadGate {
  judge(before: Policy, after: RightPolicy): Promise<PolicyChange>;
  /** The policy is in force. */
  taken(after: RightPolicy, change: PolicyChange): Promise<void>;
  /** It is not, and waits. Resolves to whether it is not the one that waited already. */
  held(change: PolicyChange): Promise<boolean>;
  /** Whether a person said yes to what waits, and it is time to take it: a file that cannot be taken is tried once a minute. */
  approved(): Promise<boolean>;
}

const AGAIN_MS = 60_000;

export interface GateOptions {
  readonly ledger: PolicyLedger;
  /** The policy that the process began with. */
  readonly started: KeptPolicy;
  readonly waiting: string | undefined;
  readonly now: () => EpochMs;
  readonly compare: (before: KeptPolicy, after: KeptPolicy) => Promise<readonly GroupDifference[]>;
}

export function reloadGate({ ledger, started, waiting, now, compare }: GateOptions): ReloadGate {
  let inForce = started;
  let waits = waiting;
  let tried: { readonly yesAt: EpochMs; readonly at: EpochMs } | undefined;
  return {
    async judge(before, after) {
      const change = { previous: before.revision, revision: after.policy.revision, at: now() };
      const taken: PolicyChange = { ...change, result: 'accepted', reasons: [], groups: [] };
      if (changedGroups(before, after.policy).length === 0) return taken;
      const [approval, newest] = await Promise.all([ledger.approval(), ledger.change()]);
      const asked = newest?.revision === change.revision ? newest : undefined;
      if (approval?.revision === change.revision) {
        const groups = asked?.groups ?? [];
        return { ...taken, result: 'approved', reasons: [`approved by ${approval.by}: ${approval.reason}`], groups };
      }
      // A store that cannot be written holds every change. What waits already is tried once more, not after each crash of a trial.
      if (asked?.result !== 'held') await ledger.setTrial(change.revision).catch(() => undefined);
      const compared = await compare(inForce, keep(after)).catch((error: unknown) => error);
      if (!Array.isArray(compared)) {
        const why = compared instanceof Error ? compared.message : String(compared);
        return { ...taken, result: 'held', reasons: [`it could not be replayed: ${why}`] };
      }
      const groups = compared as readonly GroupDifference[];
      const reasons = heldReasons(groups);
      return { ...taken, result: reasons.length === 0 ? 'accepted' : 'held', reasons, groups };
    },
    async taken(after, change) {
      inForce = keep(after);
      waits = undefined;
      await ledger.setInForce(inForce);
      await ledger.setChange(change);
      await ledger.setApproval(undefined);
      await ledger.setTrial(undefined);
    },
    async held(change) {
      const isNew = waits !== change.revision;
      waits = change.revision;
      // A yes is to what waited when it was given, or was tried once more.
      if (isNew && (await ledger.approval())?.revision !== change.revision) await ledger.setApproval(undefined);
      await ledger.setChange(change);
      await ledger.setTrial(undefined);
      return isNew;
    },
    async approved() {
      const yes = waits === undefined ? undefined : await ledger.approval();
      if (yes === undefined || yes.revision !== waits) return false;
      const at = now();
      if (tried?.yesAt === yes.at && Math.abs(at - tried.at) < AGAIN_MS) return false;
      tried = { yesAt: yes.at, at };
      return true;
    },
  };
}

/** Why a changed policy is held. A cluster that only observes changes nothing: what it would do is shown and holds nothing up. */
export function heldReasons(groups: readonly GroupDifference[]): readonly string[] {
  return groups.flatMap(({ cluster, group, mode, beyond }) =>
    mode === 'observe' ? [] : beyond.map((each) => `${cluster} be/${group}: ${each}`),
  );
}
