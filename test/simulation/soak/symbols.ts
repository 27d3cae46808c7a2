import type { SimulatedCluster } from '../../../src/simulator/cluster.ts';
import type { SimulatedBackend, SimulatedFrontend } from '../../../src/simulator/cluster.ts';

/** Which node a symbol of a planned fault means now. */
export type Symbols = Readonly<Record<'host' | 'address', (symbol: string) => string | undefined>>;

const SYMBOL = /\$[a-z]+(?::\d+)?/g;

/** `leaving`: the backend that an operation of ours drains, or is about to. */
export function symbolsOf(cluster: SimulatedCluster, leaving: string | undefined): Symbols {
  const nodeOf = (symbol: string): SimulatedBackend | SimulatedFrontend | undefined => {
    const [name = '', nth = '0'] = symbol.slice(1).split(':');
    const backends = cluster.backends();
    const frontends = cluster.frontends();
    const members = backends.filter(({ registered }) => registered);
    const at = <T>(nodes: readonly T[]): T | undefined => nodes[nodes.length === 0 ? 0 : Number(nth) % nodes.length];
    const ofRole = (role: string): readonly SimulatedFrontend[] =>
      frontends.filter((frontend) => frontend.registered && frontend.role === role);
    switch (name) {
      case 'member':
        return at(members);
      case 'newest':
        return members.at(-1);
      case 'leaving':
        return members.find(({ host, ports }) => `${host}:${String(ports.heartbeat)}` === leaving);
      case 'spare':
        return at(backends.filter(({ registered, running }) => !registered && !running));
      case 'follower':
        return at(ofRole('FOLLOWER'));
      case 'other':
        return at(ofRole('FOLLOWER').filter(({ isMaster }) => !isMaster));
      case 'observer':
        return at(ofRole('OBSERVER'));
      case 'master':
        return frontends.find(({ isMaster }) => isMaster);
      default:
        throw new Error(
          `${symbol} is none of $member, $newest, $leaving, $spare, $follower, $other, $observer, $master`,
        );
    }
  };
  return {
    host: (symbol) => nodeOf(symbol)?.host,
    address(symbol) {
      const node = nodeOf(symbol);
      if (node === undefined) return undefined;
      const port = 'heartbeat' in node.ports ? node.ports.heartbeat : node.ports.editLog;
      return `${node.host}:${String(port)}`;
    },
  };
}

/** A value with every symbol in it replaced, keys included; undefined when one of them means no node now. */
export function substitute<T>(value: T, meaning: (symbol: string) => string | undefined): T | undefined {
  let missing = false;
  const text = JSON.stringify(value).replace(SYMBOL, (symbol) => {
    const found = meaning(symbol);
    missing ||= found === undefined;
    return found ?? '';
  });
  return missing ? undefined : (JSON.parse(text) as T);
}
