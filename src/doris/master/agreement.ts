import type { FrontendChannel, FrontendEndpoint } from '../../domain/ports/frontend-channel.ts';
import { formatAddress } from '../address.ts';
import { afterDeadline } from '../deadline.ts';
import { DorisNoMajority } from '../errors.ts';
import { SHOW_FRONTENDS, parseFrontends } from '../parse/frontends.ts';
import { requireClusterId } from './cluster-pin.ts';
import { FRONTENDS_DEADLINE_MS, type MasterSession, frontendsOf } from './master.ts';
import { majorityOf, rowAsked, votersOf } from './quorum.ts';

/** A follower that answers later than this is not waited for alone. */
const PATIENCE_MS = 2000;

export interface Followers {
  readonly channel: FrontendChannel;
  readonly endpoints: readonly FrontendEndpoint[];
  /** Where each follower answered last, by name: the address of its row may not lead there from here. */
  readonly reached: Map<string, FrontendEndpoint>;
}

/**
 * Asks other followers until a majority, the master included, names the same master: an FE that was cut off goes on
 * calling itself master. Their own addresses come first, then the configured endpoints (hosts may have other names
 * outside). Throws DorisNoMajority.
 */
export async function requireAgreement(found: MasterSession, options: Followers): Promise<void> {
  const voters = votersOf(frontendsOf(found.list));
  const needed = majorityOf(voters.length) - 1;
  if (needed === 0) return;

  const others = voters.filter((one) => one.alive && one.name !== found.master.name && one.queryPort > 0);
  const agreeing = new Set<string>();
  const objections: string[] = [];
  const ask = async (endpoint: FrontendEndpoint): Promise<void> => {
    try {
      const list = parseFrontends(
        await options.channel.execute(endpoint, SHOW_FRONTENDS, { deadlineMs: FRONTENDS_DEADLINE_MS }),
      );
      requireClusterId(list, found.clusterId, formatAddress(endpoint.host, endpoint.port));
      const own = rowAsked(list.rows, endpoint.port);
      const named = frontendsOf(list).filter((one) => one.isMaster);
      const agrees = named.length === 1 && named[0]?.name === found.master.name;
      if (own === undefined || !others.some((one) => one.name === own.name)) return;
      options.reached.set(own.name, endpoint);
      if (agrees) agreeing.add(own.name);
      else objections.push(`${own.address} names ${named.map((one) => one.address).join(' and ') || 'no master'}`);
    } catch (error) {
      objections.push(error instanceof Error ? error.message : String(error));
    }
  };
  const rounds: readonly (readonly FrontendEndpoint[])[] = [
    others.flatMap((one) => options.reached.get(one.name) ?? []),
    others.map((one) => ({ host: one.host, port: one.queryPort })),
    options.endpoints,
  ];
  const enough = (): boolean => agreeing.size >= needed;
  for (const round of rounds) {
    // No more of them are asked than must agree, as long as these answer soon.
    const looks = round.slice(0, needed).map(ask);
    await untilEnough(looks, enough, PATIENCE_MS);
    if (enough()) return;
    await untilEnough([...looks, ...round.slice(needed).map(ask)], enough);
    if (enough()) return;
  }
  throw new DorisNoMajority(
    `${found.master.address} says that it is master, but of the other followers ${String(agreeing.size)} agree and ${String(needed)} must: ${objections.join('; ')}`,
  );
}

/** Resolves when enough answers are there, no more will come, or, if there is a `patienceMs`, after it. */
function untilEnough(looks: readonly Promise<void>[], enough: () => boolean, patienceMs?: number): Promise<void> {
  return new Promise((resolve) => {
    const settled = patienceMs === undefined ? undefined : afterDeadline(patienceMs, resolve);
    let open = looks.length;
    const over = (): void => {
      settled?.();
      resolve();
    };
    if (open === 0) over();
    for (const look of looks) {
      void look.then(() => {
        open -= 1;
        if (open === 0 || enough()) over();
      });
    }
  });
}
