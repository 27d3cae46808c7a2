import type { DorisVersion } from '../../../../src/simulator/cluster.ts';
import type { Fault } from '../../../../src/simulator/faults/fault.ts';
import type { Cast, Stage } from './stage.ts';

/** What happened to the recorded cluster beside the statements, told by the words of `state`. */
export interface Script {
  readonly cast: Cast;
  readonly cues: readonly Cue[];
}

export interface Cue {
  /** Carried out once, before the first statement whose state reads so. */
  readonly when: RegExp;
  readonly then: (stage: Stage) => void;
}

interface Hosts {
  readonly frontends: readonly string[];
  readonly backends: readonly string[];
}

const hosts = (from: number, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `127.0.0.${String(from + index)}`);

/** 4.x: FEs from .1, BEs from .11. 2.1: FEs from .5 where there are several, BEs from .31, .36 or .41. */
const HOSTS: Readonly<Record<'one' | 'several' | 'bare', Readonly<Partial<Record<DorisVersion, Hosts>>>>> = {
  one: {
    '2.1': { frontends: hosts(1, 1), backends: hosts(31, 5) },
    '4.0': { frontends: hosts(1, 1), backends: hosts(11, 5) },
  },
  several: {
    '2.1': { frontends: hosts(5, 4), backends: hosts(36, 3) },
    '4.0': { frontends: hosts(1, 4), backends: hosts(11, 5) },
  },
  bare: {
    '2.1': { frontends: hosts(10, 1), backends: hosts(41, 2) },
    '4.0': { frontends: hosts(1, 1), backends: hosts(11, 2) },
  },
};

export function scriptOf(version: DorisVersion, file: string): Script {
  const found = SCRIPTS[file.replace('.json', '')];
  if (found === undefined) throw new Error(`${file} has no script: add it to scripts.ts`);
  return found(version);
}

const SCRIPTS: Readonly<Partial<Record<string, (version: DorisVersion) => Script>>> = {
  'show-and-proc': (version) => quiet(version, 4),
  config: (version) => quiet(version, 4),
  'alter-backend': (version) => quiet(version, 4),
  'handshake-and-privileges': (version) => ({
    ...quiet(version, 4),
    cues: [
      {
        when: /./,
        then: (stage) => {
          for (const user of ['plain', 'nodeop', 'adm', 'both', 'sel', 'admrole']) stage.ask(`DROP USER '${user}'@'%'`);
        },
      },
    ],
  }),
  decommission: (version) => ({
    ...quiet(version, 4),
    cues: [{ when: /the fourth was drained and dropped/, then: (stage) => isGone(stage, 3) }],
  }),
  'decommission-more': drains,
  'full-disks': (version) => ({
    ...quiet(version, 4),
    cues: [
      { when: /all disks but those/, then: (stage) => fill(stage, [0, 1, 2], 0.96) },
      { when: /for 60 s/, then: (stage) => stage.wait(60_000) },
    ],
  }),
  'be-death-and-full-disks': deaths,
  'no-backends': (version) => {
    const { frontends, backends } = cast('bare', version);
    return {
      cast: { followers: frontends, backends: [], spareBackends: backends },
      cues: [
        {
          when: /2 BEs alive/,
          then: (stage) => {
            stage.ask(`ALTER SYSTEM ADD BACKEND ${stage.cluster.backends().map(quoted).join(', ')}`);
            stage.waitUntil('both are alive', () => stage.rows('SHOW BACKENDS').every((row) => row[9] === 'true'));
            stage.wait(70_000);
          },
        },
      ],
    };
  },
  'alter-frontend': joining,
  'non-master': (version) => {
    const { frontends, backends } = cast('several', version);
    const [master = '', observer = '', follower = '', spare = ''] = frontends;
    return {
      cast: { followers: [master, follower], observers: [observer], spares: [spare], backends: backends.slice(0, 3) },
      cues: [
        {
          when: /dropped observer/,
          then: (stage) => void stage.ask(`ALTER SYSTEM DROP OBSERVER "${stage.host(observer)}:9010"`),
        },
      ],
    };
  },
  'no-majority': (version) => {
    const { frontends, backends } = cast('several', version);
    const [first = '', second = '', third = ''] = frontends;
    // In 2.1 the third FE had become the master.
    const [master, other] = version === '2.1' ? [third, first] : [first, third];
    return {
      cast: { followers: [master, other], spares: [second], backends: backends.slice(0, 3) },
      cues: [
        {
          when: /just killed|is dead/,
          then: (stage) => {
            kill(stage, other);
            stage.wait(11_000);
          },
        },
        {
          // Over another connection; in 2.1 the answer was not waited for.
          when: /has had no answer/,
          then: (stage) => {
            stage.ask('ALTER SYSTEM ADD BACKEND "127.0.0.62:9050"', { user: 'both' });
            stage.wait(15_000);
          },
        },
      ],
    };
  },
  'master-failover': (version) => {
    const { frontends, backends } = cast('several', version);
    const [first = '', second = '', third = ''] = frontends;
    return {
      cast: { followers: [first, second, third], backends: backends.slice(0, version === '2.1' ? 3 : 4) },
      cues: [
        // A backend was dead when the DECOMMISSION of 4.x was refused.
        { when: /BEs alive, 4 BEs/, then: (stage) => dies(stage, 3) },
        { when: /after the master was killed/, then: (stage) => kill(stage, first) },
        {
          // About two seconds here.
          when: /1\.9 s after the master was killed/,
          then: (stage) => {
            while (!stage.cluster.frontends().some((frontend) => frontend.isMaster)) stage.wait(100);
            if (!isMaster(stage, third)) stage.swap(second, third);
          },
        },
        { when: /^new master/, then: (stage) => stage.wait(30_000) },
        {
          when: /old master is back/,
          then: (stage) => {
            stage.cluster.startFrontend(stage.host(first), undefined, stage.nowMs());
            stage.wait(20_000);
          },
        },
      ],
    };
  },
};

function quiet(version: DorisVersion, backends: number): Script {
  const found = cast('one', version);
  return {
    cast: {
      followers: found.frontends,
      backends: found.backends.slice(0, backends),
      spareBackends: found.backends.slice(backends),
    },
    cues: [],
  };
}

function drains(version: DorisVersion): Script {
  const alive = (count: number) => (stage: Stage) => {
    stage.waitUntil(`${String(count)} backends are alive`, () => {
      const rows = stage.rows('SHOW BACKENDS');
      return rows.length === count && rows.every((row) => row[9] === 'true' && row[15] !== '0.000 ');
    });
  };
  return {
    ...quiet(version, 3),
    cues: [
      { when: /^4 BEs$/, then: alive(4) },
      {
        when: /drained for 25 s: the row stays/,
        then: (stage) =>
          stage.waitUntil('the fourth is empty', () => stage.rows('SHOW BACKENDS').some((row) => row[11] === '0')),
      },
      { when: /^3 BEs \+ 2 new/, then: alive(3) },
      { when: /^5 BEs$/, then: alive(5) },
      {
        when: /every clone fails: 0 s/,
        then: (stage) => inject(stage, { kind: 'failing-clones', error: '[INTERNAL_ERROR]failed to download file' }),
      },
      {
        when: /all other disks 90 % full: 0 s/,
        then: (stage) => {
          inject(stage, { kind: 'failing-clones', error: null });
          fill(stage, [0, 1, 2, 3], 0.9);
        },
      },
      { when: /disks have room again/, then: (stage) => fill(stage, [0, 1, 2, 3], 0.05) },
      { when: /^4 BEs$/, then: alive(4) },
      { when: /^end: 3 BEs/, then: alive(3) },
    ],
  };
}

function deaths(version: DorisVersion): Script {
  return {
    ...quiet(version, 5),
    cues: [
      { when: /disks of 11-14 are 90 % full/, then: (stage) => fill(stage, [0, 1, 2, 3], 0.9) },
      {
        when: /one of two disks broken/,
        then: (stage) => {
          fill(stage, [0, 1, 2, 3], 0.05);
          breakDisk(stage, { on: true });
          stage.wait(70_000);
        },
      },
      { when: /heartbeat answered with an error: 0 s/, then: (stage) => breakDisk(stage, { on: false }) },
      {
        when: /tells that it is shutting down/,
        then: (stage) => {
          inject(stage, { kind: 'running-queries', host: backendHost(stage, 4), queries: 1 });
          stage.cluster.stopBackend(backendHost(stage, 4), { graceful: true }, stage.nowMs());
          stage.wait(11_000);
        },
      },
      {
        when: /5 BEs alive again/,
        then: (stage) => {
          // The two that the DECOMMISSION before had accepted.
          const [third, fourth] = [2, 3].map((index) => `"${backendHost(stage, index)}:9050"`);
          stage.ask(`CANCEL DECOMMISSION BACKEND ${String(third)}, ${String(fourth)}`);
          inject(stage, { kind: 'running-queries', host: backendHost(stage, 4), queries: 0 });
          stage.wait(5000);
          stage.cluster.startBackend(backendHost(stage, 4), stage.nowMs());
          stage.wait(90_000);
        },
      },
      { when: /BE process ended: 0 s/, then: (stage) => dies(stage, 4) },
      {
        when: /BE comes back: 0 s/,
        then: (stage) => {
          stage.cluster.startBackend(backendHost(stage, 4), stage.nowMs());
        },
      },
      { when: /^30 s after DROPP/, then: (stage) => stage.wait(30_000) },
    ],
  };
}

function joining(version: DorisVersion): Script {
  const { frontends, backends } = cast('several', version);
  const [master = '', observer = '', follower = ''] = frontends;
  const start = (host: string) => (stage: Stage) => {
    stage.cluster.startFrontend(stage.host(host), `${stage.host(master)}:9010`, stage.nowMs());
  };
  const allAlive = (stage: Stage): void => {
    stage.waitUntil('every FE that was started is alive', () =>
      stage.rows('SHOW FRONTENDS').every((row) => row[11] === 'true'),
    );
  };
  const text = (host: string): string => host.replaceAll('.', '\\.');
  return {
    cast: { followers: [master], spares: frontends.slice(1), backends: backends.slice(0, 3) },
    cues: [
      { when: new RegExp(`^0 s after FE ${text(observer)} was started`), then: start(observer) },
      { when: /^FE 1 master \+ observer \S+ alive/, then: allAlive },
      { when: new RegExp(`^FE ${text(follower)} started with --helper, not yet added`), then: start(follower) },
      { when: /^master \S* ?\+ follower \S+ \+ observer \S+$/, then: allAlive },
      { when: new RegExp(`^0 s after FE ${text(follower)} was killed`), then: (stage) => kill(stage, follower) },
      { when: /one of them \(not the master\) killed/, then: (stage) => stage.wait(20_000) },
    ],
  };
}

function cast(kind: keyof typeof HOSTS, version: DorisVersion): Hosts {
  const found = HOSTS[kind][version];
  if (found === undefined) throw new Error(`no recordings of ${version}`);
  return found;
}

function quoted({ host, ports }: { readonly host: string; readonly ports: { readonly heartbeat: number } }): string {
  return `"${host}:${String(ports.heartbeat)}"`;
}

function inject(stage: Stage, fault: Fault): void {
  stage.cluster.inject(fault, stage.nowMs());
}

function backendHost(stage: Stage, index: number): string {
  return stage.cluster.backends()[index]?.host ?? '';
}

/** And waits for the disk reports that tell of it. */
function fill(stage: Stage, indexes: readonly number[], usedRatio: number): void {
  for (const index of indexes) inject(stage, { kind: 'full-disk', host: backendHost(stage, index), usedRatio });
  stage.wait(61_000);
}

function breakDisk(stage: Stage, { on }: { readonly on: boolean }): void {
  inject(stage, { kind: 'broken-disk', host: backendHost(stage, 0), path: '/data2/doris/storage', on });
}

function dies(stage: Stage, index: number): void {
  stage.cluster.killBackend(backendHost(stage, index), stage.nowMs());
  stage.wait(11_000);
}

function isMaster(stage: Stage, recorded: string): boolean {
  return stage.cluster.frontends().some(({ host, isMaster }) => isMaster && host === stage.host(recorded));
}

function kill(stage: Stage, recorded: string): void {
  stage.cluster.killFrontend(stage.host(recorded), stage.nowMs());
}

function isGone(stage: Stage, index: number): void {
  const host = backendHost(stage, index);
  stage.waitUntil(`${host} is gone`, () => stage.rows('SHOW BACKENDS').every((row) => row[1] !== host));
}
