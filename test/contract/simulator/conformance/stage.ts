import type { DorisVersion, SimulatedCluster, SqlAnswer, SqlSession } from '../../../../src/simulator/cluster.ts';
import { createCluster } from '../../../../src/simulator/create-cluster.ts';
import type { Recorded } from './recordings.ts';

export interface Cast {
  /** Recorded addresses of FEs: followers first, the master before the others, then observers, then spare ones. */
  readonly followers: readonly string[];
  readonly observers?: readonly string[];
  readonly spares?: readonly string[];
  readonly backends: readonly string[];
  readonly spareBackends?: readonly string[];
}

/** A simulated cluster that plays a recorded one: recorded hosts and ids are put into its own words. */
export interface Stage {
  readonly cluster: SimulatedCluster;
  readonly cast: Cast;
  readonly nowMs: () => number;
  /** The simulated host that plays a recorded one. */
  readonly host: (recorded: string) => string;
  /** Lets time pass. */
  readonly wait: (ms: number) => void;
  /** Waits, at most two simulated hours, until the condition holds. */
  readonly waitUntil: (what: string, holds: () => boolean) => void;
  /** Asks a recorded FE, by default the first. */
  readonly ask: (text: string, as?: { readonly user?: string; readonly of?: string }) => SqlAnswer;
  readonly rows: (text: string) => readonly (readonly (string | null)[])[];
  /** From now on a recorded host is played by another, and the other's part by its own. */
  readonly swap: (one: string, other: string) => void;
  readonly backendId: (recordedHost: string) => string | undefined;
}

const START_MS = 1_795_397_640_000;
const STEP_MS = 1000;
const LONGEST_WAIT_MS = 2 * 3_600_000;

export function openStage(version: DorisVersion, cast: Cast): Stage {
  const cluster = createCluster({
    version,
    seed: 7,
    speed: 1,
    startAtMs: START_MS,
    frontends: cast.followers.length,
    observers: cast.observers?.length ?? 0,
    spareFrontends: cast.spares?.length ?? 0,
    backends: cast.backends.length,
    spareBackends: cast.spareBackends?.length ?? 0,
    spareBackendsRunning: true,
    hostPrefix: '10.9.0.',
    dataset: 'recorded',
    load: () => 0,
  });
  const frontends = [...cast.followers, ...(cast.observers ?? []), ...(cast.spares ?? [])];
  const backends = [...cast.backends, ...(cast.spareBackends ?? [])];
  const played = new Map([
    ...frontends.map((recorded, index) => [recorded, cluster.frontends()[index]?.host ?? ''] as const),
    ...backends.map((recorded, index) => [recorded, cluster.backends()[index]?.host ?? ''] as const),
  ]);
  const sessions = new Map<string, SqlSession>();
  let nowMs = START_MS;
  let connectionId = 1;

  const stage: Stage = {
    cluster,
    cast,
    nowMs: () => nowMs,
    host: (recorded) => played.get(recorded) ?? recorded,
    wait: (ms) => {
      nowMs += ms;
      cluster.advanceTo(nowMs);
    },
    waitUntil: (what, holds) => {
      const untilMs = nowMs + LONGEST_WAIT_MS;
      while (!holds()) {
        if (nowMs > untilMs) throw new Error(`two simulated hours went by, and still not: ${what}`);
        stage.wait(STEP_MS);
      }
    },
    ask: (text, { user = 'root', of = frontends[0] ?? '' } = {}) =>
      cluster.execute(sessionOf(user, stage.host(of)), text, nowMs),
    rows: (text) => {
      const answer = stage.ask(text);
      if (answer.kind !== 'rows') throw new Error(`${text}: ${JSON.stringify(answer)}`);
      return answer.rows;
    },
    swap: (one, other) => {
      const [first, second] = [stage.host(one), stage.host(other)];
      played.set(one, second);
      played.set(other, first);
    },
    backendId: (recordedHost) =>
      stage.rows('SHOW BACKENDS').find((row) => row[1] === stage.host(recordedHost))?.[0] ?? undefined,
  };

  function sessionOf(user: string, host: string): SqlSession {
    const key = `${user}@${host}`;
    const known = sessions.get(key);
    if (known !== undefined) return known;
    const opened = cluster.openSession(host, user, '127.0.0.1', (connectionId += 1), nowMs);
    sessions.set(key, opened);
    return opened;
  }
  return stage;
}

/** The statement as it has to be asked here: hosts, ports and ids of this cluster. */
export function translate(stage: Stage, recorded: Recorded, backendHosts: ReadonlyMap<string, string>): string {
  return recorded.sql
    .replaceAll(/127\.0\.0\.\d+/g, (host) => stage.host(host))
    .replaceAll(':9150', ':9050')
    .replaceAll(/:[12]9010/g, ':9010')
    .replaceAll(/\b\d{5,}(\.\d{5,})?\b/g, (id) => translateId(stage, recorded.sql, id, backendHosts));
}

function translateId(stage: Stage, sql: string, id: string, backendHosts: ReadonlyMap<string, string>): string {
  const host = backendHosts.get(id);
  if (host !== undefined) return stage.backendId(host) ?? id;
  if (sql.includes('/colocation_group/')) return stage.rows("SHOW PROC '/colocation_group'")[0]?.[0] ?? id;
  if (sql.includes('/tablet_health/'))
    return stage.rows("SHOW PROC '/statistic'").find((row) => row[1] === 'shop')?.[0] ?? id;
  if (/TABLETS? /.test(sql)) return stage.rows('SHOW TABLETS FROM shop.scratch')[0]?.[0] ?? id;
  return id;
}
