import { formatAddress } from '../address.ts';
import { DorisNoMajority } from '../errors.ts';
import type { FrontendRow } from '../parse/frontends.ts';
import type { Frontend } from '../../domain/topology.ts';

/**
 * Refuses a master that most followers cannot follow: without a majority a write hangs (4.x) or ends the master (2.1), and
 * reads look fine all the while. Throws DorisNoMajority.
 */
export function requireMajority(frontends: readonly Frontend[], subject: string): void {
  const followers = votersOf(frontends);
  const alive = followers.filter((one) => one.alive).length;
  const needed = majorityOf(followers.length);
  if (alive < needed) {
    const dead = followers.filter((one) => !one.alive).map((one) => one.address);
    throw new DorisNoMajority(
      `${subject}: ${String(alive)} of ${String(followers.length)} followers are alive, a write needs ${String(needed)}; not alive: ${dead.join(', ')}`,
    );
  }
}

/** Followers that vote. One that was added but never came up does not count yet: the FE keeps the old group size for it. */
export function votersOf(frontends: readonly Frontend[]): readonly Frontend[] {
  return frontends.filter((one) => one.role === 'FOLLOWER' && (one.joined || one.alive));
}

export function majorityOf(followers: number): number {
  return Math.floor(followers / 2) + 1;
}

/** The row of the FE that was asked; undefined where several FEs share its host and the port does not tell. */
export function rowAsked(rows: readonly FrontendRow[], port: number): Frontend | undefined {
  const own = rows.filter((row) => row.connected).map((row) => row.frontend);
  if (own.length === 1) return own[0];
  const byPort = own.filter((one) => one.queryPort === port);
  return byPort.length === 1 ? byPort[0] : undefined;
}

export function queryAddress(frontend: Frontend): string {
  return formatAddress(frontend.host, frontend.queryPort);
}
