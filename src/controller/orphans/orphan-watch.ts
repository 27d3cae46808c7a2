import type { EpochMs } from '../../domain/instant.ts';
import type { HostRelease, Orphan } from '../../domain/orphan.ts';
import type { ClusterPolicy } from '../../domain/policy.ts';
import type { Observation } from '../../domain/observation.ts';
import { performEffect } from '../operation/perform-effect.ts';
import { provisionerNamed } from '../operation/provisioner-named.ts';
import type { ClusterPorts } from '../ports.ts';
import {
  begunKeys,
  forgetBegun,
  knownOrphans,
  rememberBegun,
  rememberOrphans,
  rememberSettled,
} from './known-orphans.ts';
import { type OrphanLook, lookForOrphans } from './look-for-orphans.ts';

const EVERY_MS = 3_600_000;
/** After a look at which a provisioner did not tell its hosts. */
const UNREAD_MS = 300_000;
/** Answers after which the host is held as before; after any other it may have been given back all the same. */
const NOTHING_DONE: ReadonlySet<string> = new Set(['not-sent', 'provisioner-try-again', 'provisioner-failed']);

/**
 * Looks for what belongs to nothing any more: at the start, after each operation, and once an hour, or sooner where a provisioner
 * could not be asked. Each orphan is reported once. A host that an operation of ours took and that came to nothing is stopped and
 * given back; all else is left to people.
 */
export interface OrphanWatch {
  isDue(at: EpochMs): boolean;
  /** An operation ended: look at the next chance. */
  hurry(): void;
  /**
   * Only while no operation is open. `mayMend`: the policy acts, and nothing keeps it in observe; asked before each host, since
   * the calls for one may last for minutes.
   */
  look(policy: ClusterPolicy, observation: Observation, mayMend: () => boolean): Promise<void>;
}

export function orphanWatch(ports: ClusterPorts): OrphanWatch {
  let looked: { readonly at: EpochMs; readonly restMs: number } | undefined;
  return {
    isDue: (at) => looked === undefined || at - looked.at >= looked.restMs || at < looked.at,
    hurry() {
      looked = undefined;
    },
    async look(policy, observation, mayMend) {
      const found = await lookForOrphans(ports, policy, observation);
      if (found === undefined) return;
      const isWhole = Object.values(found.hosts).every(({ known }) => known);
      looked = { at: observation.at, restMs: isWhole ? EVERY_MS : UNREAD_MS };
      const left: Orphan[] = [];
      const begun = await begunKeys(ports.memory, policy.name);
      for (const orphan of found.orphans) {
        const { release } = orphan;
        const mended =
          release !== undefined &&
          mayMend() &&
          ports.lease.holds(policy.name) &&
          (begun.has(release.key) ? isStillHeld(found, release) : isTold(found, release)) &&
          (await isFree(ports, policy));
        const failure = mended ? await giveBack(ports, policy, observation, release, begun) : 'not asked for';
        if (failure === undefined) reportMended(ports, policy, orphan, observation.at);
        else left.push(mended ? { ...orphan, what: `${orphan.what} (tried: ${failure})` } : orphan);
      }
      await report(ports, policy, left, observation.at);
    },
  };
}

/** An operation that was admitted meanwhile waits for one host at most. */
async function isFree({ journal }: ClusterPorts, { name }: ClusterPolicy): Promise<boolean> {
  const open = await journal.open(name);
  return open === undefined || open.state === 'proposed';
}

/** While its provisioner cannot be asked nobody knows whether it is held for somebody else by now. One that is gone says so itself. */
function isTold({ hosts }: OrphanLook, { provisioner }: HostRelease): boolean {
  return hosts[provisioner]?.known !== false;
}

/** A crash in the middle of it, or no answer, may have come after the release: then the host may be anybody's by now. */
function isStillHeld({ hosts }: OrphanLook, { provisioner, host, key }: HostRelease): boolean {
  const inventory = hosts[provisioner];
  if (inventory?.known !== true) return false;
  return inventory.value.hosts.some((each) => each.host === host && each.heldBy === key);
}

/** Stopped, then given back, each only after a look at the cluster that does not show it. Why not, when it did not come to it. */
async function giveBack(
  ports: ClusterPorts,
  policy: ClusterPolicy,
  { topology }: Observation,
  { provisioner, role, host, node, key }: HostRelease,
  before: ReadonlySet<string>,
): Promise<string | undefined> {
  const clusterId = topology.known ? topology.value.clusterId : '';
  ports.log.warn('a host of an operation that is over is stopped and given back', { cluster: policy.name, host, key });
  await rememberBegun(ports.memory, policy.name, key);
  for (const verb of ['stop', 'release'] as const) {
    const result = await performEffect(
      { reader: ports.reader, writer: ports.writer, provisioner: provisionerNamed(ports, provisioner) },
      { by: 'provisioner', call: { verb, role, host, node, key } },
      { cluster: policy.name, clusterId, mayChange: () => undefined },
    );
    if (result.ok) continue;
    // What this answer says of its own try leaves an earlier one in doubt.
    if (NOTHING_DONE.has(result.code) && !before.has(key)) await forgetBegun(ports.memory, policy.name, key);
    return result.message;
  }
  await rememberSettled(ports.memory, policy.name, key);
  await forgetBegun(ports.memory, policy.name, key);
  return undefined;
}

function reportMended(ports: ClusterPorts, policy: ClusterPolicy, { subject, what }: Orphan, at: EpochMs): void {
  ports.notifier.notify({
    at,
    cluster: policy.name,
    event: 'orphan-mended',
    title: `${subject} was stopped and given back`,
    lines: [`why    ${what}`],
  });
}

/** What is new is said once; what is gone is forgotten, so that it is said again when it comes back. */
async function report(
  ports: ClusterPorts,
  policy: ClusterPolicy,
  orphans: readonly Orphan[],
  at: EpochMs,
): Promise<void> {
  const nameOf = ({ code, subject }: Orphan): string => `${code} ${subject}`;
  const known = new Set((await knownOrphans(ports.memory, policy.name)).map(nameOf));
  const fresh = orphans.filter((orphan) => !known.has(nameOf(orphan)));
  for (const { code, subject, what, mend } of fresh) {
    ports.log.warn(`${code} ${subject}: ${what}`, { cluster: policy.name, code, subject, mend });
    ports.notifier.notify({
      at,
      cluster: policy.name,
      event: 'orphan-found',
      title: what,
      lines: [`code   ${code}`, `you    ${mend}`],
    });
  }
  await rememberOrphans(ports.memory, policy.name, orphans);
}
