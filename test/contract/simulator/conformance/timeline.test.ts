import { describe, expect, it } from 'vitest';
import { readRecordings, type Recorded } from './recordings.ts';
import { scriptOf } from './scripts.ts';
import { openStage, type Stage } from './stage.ts';

/** What a client sees at one moment of a drain. */
interface Look {
  /** Undefined: the row is gone. */
  readonly tablets: number | undefined;
  readonly queued: number;
}

type Phase = 'still' | 'queued' | 'falling' | 'gone';

/** Each phase once, in the order in which they were seen. */
function phasesOf(looks: readonly Look[]): readonly Phase[] {
  const first = looks[0]?.tablets ?? 0;
  const phases = looks.map(({ tablets, queued }): Phase => {
    if (tablets === undefined) return 'gone';
    if (tablets < first) return 'falling';
    return queued > 0 ? 'queued' : 'still';
  });
  return phases.filter((phase, at) => phase !== phases[at - 1]);
}

const PENDING = "SHOW PROC '/cluster_balance/pending_tablets'";
const RUNNING = "SHOW PROC '/cluster_balance/running_tablets'";

/** The recorded questions about the drain of one of four: backends, pending and running tablets, over and over. */
function recordedLooks(statements: readonly Recorded[], host: string): readonly Look[] {
  const looks: Look[] = [];
  for (const [at, { sql, state, rows = [] }] of statements.entries()) {
    if (sql !== 'SHOW BACKENDS' || !state.startsWith('one of four leaving')) continue;
    const row = rows.find((each) => each[1] === host);
    const queues = [statements[at + 1], statements[at + 2]].map((queue) => queue?.rows?.length ?? 0);
    looks.push({
      tablets: row === undefined ? undefined : Number(row[11]),
      queued: queues.reduce((sum, count) => sum + count, 0),
    });
  }
  return looks;
}

function look(stage: Stage, host: string): Look {
  const row = stage.rows('SHOW BACKENDS').find((each) => each[1] === host);
  return {
    tablets: row === undefined ? undefined : Number(row[11]),
    queued: stage.rows(PENDING).length + stage.rows(RUNNING).length,
  };
}

describe('a drain goes through the phases of the recorded one', () => {
  const recordings = readRecordings().filter(({ file }) => file === 'decommission.json');
  it.each(recordings)('$version', ({ version, file, statements }) => {
    const { cast } = scriptOf(version, file);
    const recordedHost = cast.backends[3] ?? '';
    const stage = openStage(version, cast);
    const host = stage.host(recordedHost);
    stage.wait(60_000);
    expect(stage.ask(`ALTER SYSTEM DECOMMISSION BACKEND "${host}:9050"`).kind).toBe('ok');

    const seconds: Look[] = [look(stage, host)];
    while (seconds.at(-1)?.tablets !== undefined && seconds.length < 3600) {
      stage.wait(1000);
      seconds.push(look(stage, host));
    }

    expect(phasesOf(seconds)).toEqual(phasesOf(recordedLooks(statements, recordedHost)));
    expect(phasesOf(seconds)).toEqual(['still', 'queued', 'falling', 'gone']);
    // The checker looks every 20 s, the scheduler every second, the drop daemon every 10 s.
    expect(seconds.findIndex(({ queued }) => queued > 0)).toBeLessThanOrEqual(21);
    expect(seconds.filter(({ tablets }) => tablets === 0).length).toBeLessThanOrEqual(11);
  });
});
