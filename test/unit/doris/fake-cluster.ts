import { DorisUnreachable } from '../../../src/doris/errors.ts';
import { dorisCluster } from '../../../src/doris/cluster.ts';
import type { HttpGet } from '../../../src/doris/evidence/own-check.ts';
import type { Clock } from '../../../src/domain/ports/clock.ts';
import { type FrontendFixture, backendsAnswer, frontendsAnswer } from '../../support/doris/answers.ts';
import { type Answer, memoryChannel } from '../../support/doris/memory-channel.ts';

export const still: Clock = { now: () => 1_795_400_000_000, monotonicMs: () => 0, sleep: async () => undefined };

export interface FakeOptions {
  /** As each FE that can be reached shows them; by host, else `view`. */
  readonly view: readonly FrontendFixture[];
  readonly views?: Readonly<Record<string, readonly FrontendFixture[]>>;
  readonly clusterIds?: Readonly<Record<string, string>>;
  /** Hosts whose port refuses connections. */
  readonly down?: readonly string[];
  readonly endpoints?: readonly string[];
  /** Answers before those of the fixture; by `host`, else of all. */
  readonly answer?: (text: string, host: string) => Answer | undefined;
  readonly clusterId?: string;
  readonly http?: HttpGet;
  readonly liveSince?: boolean;
  readonly user?: string;
  readonly clock?: Clock;
  readonly deadlines?: { readonly readMs: number; readonly changeMs: number };
}

/** A cluster whose FEs answer from memory, and what was sent to them. */
export function fakeCluster(options: FakeOptions) {
  const hosts = [...new Set([...options.view.map((one) => one.host), ...(options.endpoints ?? [])])];
  const frontends = Object.fromEntries(
    hosts
      .filter((host) => !(options.down ?? []).includes(host))
      .map((host) => [
        `${host}:9030`,
        (text: string): Answer | undefined => options.answer?.(text, host) ?? standard(text, host),
      ]),
  );
  const standard = (text: string, host: string): Answer | undefined => {
    if (text === 'SHOW FRONTENDS') {
      const clusterId = options.clusterIds?.[host];
      return frontendsAnswer(options.views?.[host] ?? options.view, {
        asked: host,
        ...(clusterId === undefined ? {} : { clusterId }),
        ...(options.liveSince === undefined ? {} : { liveSince: options.liveSince }),
      });
    }
    if (text === 'SHOW BACKENDS')
      return backendsAnswer([{ host: '10.0.0.11' }, { host: '10.0.0.12' }, { host: '10.0.0.13' }]);
    return undefined;
  };
  const channel = memoryChannel(
    frontends,
    (endpoint) => new DorisUnreachable(`${endpoint} cannot be reached: connect ECONNREFUSED`),
  );
  const cluster = dorisCluster({
    policy: {
      endpoints: (options.endpoints ?? options.view.map((one) => one.host)).map((host) => ({ host, port: 9030 })),
      user: options.user ?? 'autoscaler',
      password: { reveal: () => 's3cret', source: 'env DORIS_PASSWORD' },
      clusterId: options.clusterId,
    },
    channel,
    clock: options.clock ?? still,
    ...(options.http === undefined ? {} : { http: options.http }),
    ...(options.deadlines === undefined ? {} : { deadlines: options.deadlines }),
  });
  const changes = (): readonly string[] =>
    channel.sent.map(({ text }) => text).filter((text) => !/^(SHOW|ADMIN SHOW)/.test(text));
  return { ...cluster, channel, changes };
}

export const THREE: readonly FrontendFixture[] = [
  { host: '10.0.0.1' },
  { host: '10.0.0.2', master: true },
  { host: '10.0.0.3' },
];
