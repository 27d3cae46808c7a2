import type { ClusterOptions } from '../../../../../src/simulator/cluster.ts';
import { createState } from '../../../../../src/simulator/model/create-state.ts';
import type { ClusterState } from '../../../../../src/simulator/model/state.ts';
import type { RecordedExchange, RecordedVersion } from './recorded.ts';

/** A simulated cluster in the state of a recording, and which recorded addresses its nodes stand for. */
export interface Scene {
  readonly state: ClusterState;
  /** The simulated FE that was asked. */
  frontendOf(exchange: RecordedExchange): string;
  /** A recorded text in the words of the simulated cluster. */
  translate(text: string): string;
}

interface SceneOptions {
  readonly version: RecordedVersion;
  /** Recorded hosts in the order of the simulated ones: followers first, the first of them master. */
  readonly frontends: readonly string[];
  readonly observers?: number;
  readonly backends: readonly string[];
  readonly clusterId?: string;
}

const START = Date.UTC(2026, 10, 23, 1, 39, 50);
/** Recorded ports by the simulated ones. */
const PORTS: Readonly<Record<RecordedVersion, Readonly<Record<string, string>>>> = {
  '2.1': {
    29030: '9030',
    28030: '8030',
    29020: '9020',
    29010: '9010',
    9150: '9050',
    9160: '9060',
    8140: '8040',
    8160: '8060',
    8150: '8050',
  },
  '4.0': { 19030: '9030', 18030: '8030', 19020: '9020', 19010: '9010' },
};

export function scene(options: SceneOptions): Scene {
  const { version, frontends, observers = 0, backends } = options;
  const state = createState({
    version,
    seed: 7,
    speed: 1,
    startAtMs: START,
    frontends: frontends.length - observers,
    observers,
    backends: backends.length,
    dataset: 'recorded',
    load: () => 1,
  } satisfies ClusterOptions);
  const hosts = [
    ...frontends.map((host, index) => [host, state.frontends[index]?.host ?? ''] as const),
    ...backends.map((host, index) => [host, state.backends[index]?.host ?? ''] as const),
  ];
  const hostOf = new Map(hosts);
  const names = hosts.map(([host]) => host.replaceAll('.', '\\.')).join('|');
  // With a port, or quoted, or a name of its own in a list: a client's own address stands in a sentence.
  const known = new RegExp(`(?<![\\d.])(${names})(?=:-?\\d)|(?<=")(${names})(?=")|(?<=[=,])(${names})$`, 'g');
  return {
    state,
    frontendOf: ({ state: words }) =>
      hostOf.get(/(?<=asked of )127\.0\.0\.\d+/.exec(words ?? '')?.[0] ?? '') ?? state.masterHost ?? '',
    translate: (text) =>
      text
        .replaceAll(known, (host) => hostOf.get(host) ?? host)
        .replaceAll('"Electablenodes":[{"Value":"localhost","Name":"localhost"}]', electable(state))
        .replaceAll(/(?<=invalid host port: )[\d.]+/g, (host) => hostOf.get(host) ?? host)
        .replaceAll(/(?<=[":]|port=)\d{4,5}(?=["/:,\]]|$)/gm, (port) => PORTS[version][port] ?? port)
        .replaceAll(options.clusterId ?? 'none', state.clusterId),
  };
}

export const SCENES: Readonly<Record<RecordedVersion, Readonly<Record<string, () => Scene>>>> = {
  '2.1': {
    http: () =>
      scene({
        version: '2.1',
        frontends: ['127.0.0.1'],
        backends: range(31, 34),
        clusterId: '1876685821',
      }),
    'http-node-operations': () => scene({ version: '2.1', frontends: ['127.0.0.10'], backends: range(41, 45) }),
    'non-master': () =>
      scene({
        version: '2.1',
        frontends: ['127.0.0.5', '127.0.0.7', '127.0.0.6'],
        observers: 1,
        backends: range(36, 38),
      }),
    'alter-frontend': () => scene({ version: '2.1', frontends: ['127.0.0.5'], backends: range(36, 38) }),
    'be-death-and-full-disks': () =>
      withDead('127.0.0.35', scene({ version: '2.1', frontends: ['127.0.0.1'], backends: range(31, 35) })),
    decommission: () => scene({ version: '2.1', frontends: ['127.0.0.1'], backends: range(31, 33) }),
    'no-backends': () => scene({ version: '2.1', frontends: ['127.0.0.10'], backends: [] }),
    'no-majority': () => scene({ version: '2.1', frontends: ['127.0.0.5', '127.0.0.7'], backends: range(36, 38) }),
  },
  '4.0': {
    http: () =>
      scene({
        version: '4.0',
        frontends: ['127.0.0.1'],
        backends: range(11, 14),
        clusterId: '113727546',
      }),
    'http-node-operations': () => scene({ version: '4.0', frontends: ['127.0.0.1'], backends: range(11, 15) }),
    'non-master': () =>
      scene({
        version: '4.0',
        frontends: ['127.0.0.1', '127.0.0.3', '127.0.0.2'],
        observers: 1,
        backends: range(11, 13),
      }),
    'alter-frontend': () => scene({ version: '4.0', frontends: ['127.0.0.1'], backends: range(11, 13) }),
    'be-death-and-full-disks': () =>
      withDead('127.0.0.15', scene({ version: '4.0', frontends: ['127.0.0.1'], backends: range(11, 15) })),
    'no-backends': () => scene({ version: '4.0', frontends: ['127.0.0.1'], backends: [] }),
    'no-majority': () =>
      withDead(
        '127.0.0.62',
        scene({ version: '4.0', frontends: ['127.0.0.1', '127.0.0.3'], backends: [...range(11, 13), '127.0.0.62'] }),
      ),
  },
};

/** A real FE looks names up. */
function electable({ masterHost = '' }: ClusterState): string {
  return `"Electablenodes":[{"Value":"${masterHost}","Name":"${masterHost}"}]`;
}

function range(first: number, last: number): readonly string[] {
  return Array.from({ length: last - first + 1 }, (_, index) => `127.0.0.${String(first + index)}`);
}

function withDead(host: string, found: Scene): Scene {
  const dead = found.state.backends.find((backend) => `"${backend.host}"` === found.translate(`"${host}"`));
  if (dead?.row === undefined) throw new Error(`${host} is no backend of this scene`);
  dead.process = 'down';
  dead.row.alive = false;
  return found;
}
