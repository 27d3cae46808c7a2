import type { SqlAnswer } from '../../../../src/simulator/cluster.ts';
import { differences, isSyntaxError, type KnownShapes } from './compare.ts';
import type { Recorded, Recording } from './recordings.ts';
import { type Script, scriptOf } from './scripts.ts';
import { openStage, type Stage, translate } from './stage.ts';

export interface Replayed {
  /** One sentence each, naming the statement. */
  readonly differences: readonly string[];
  /** Statements that a real FE knows and the simulator does not. */
  readonly unknown: readonly string[];
}

/** Asks a simulated cluster everything that a recorded one was asked, in the same order and after the same events. */
export function replay(recording: Recording, known: KnownShapes): Replayed {
  const script = scriptOf(recording.version, recording.file);
  const stage = openStage(recording.version, script.cast);
  const backendHosts = backendHostsOf(recording);
  const told = new Set<RegExp>();
  const clock = timeline(stage);
  const asked = asker(script);
  const found: string[] = [];
  const unknown: string[] = [];
  for (const recorded of recording.statements) {
    play(script, stage, recorded, told);
    clock(recorded);
    const text = translate(stage, recorded, backendHosts);
    const answer = await_(stage, stage.ask(text, { user: recorded.user, ...asked(recorded) }), script);
    const different = differences(recorded, answer, known);
    if (isUnknown(recorded, answer)) unknown.push(recorded.sql);
    else found.push(...different.map((text) => `#${String(recorded.index)} ${recorded.sql}: ${text}`));
  }
  return { differences: found, unknown };
}

function play({ cues }: Script, stage: Stage, { state }: Recorded, told: Set<RegExp>): void {
  for (const { when, then } of cues) {
    if (told.has(when) || !when.test(state)) continue;
    told.add(when);
    then(stage);
  }
}

/** `clones fail: 12 s on`: that long after the first statement of that series; else one second after the statement before. */
function timeline(stage: Stage): (recorded: Recorded) => void {
  let series = '';
  let startMs = 0;
  return ({ state }) => {
    const [, before, seconds, after] = /^(.*?)\b(\d+(?:\.\d)?) s (on$|after .*)/.exec(state) ?? [];
    if (seconds === undefined) {
      stage.wait(1000);
      return;
    }
    const name = `${before?.replace(/asked of \S+/, '') ?? ''}${after ?? ''}`;
    if (name !== series) startMs = stage.nowMs() - (seconds === '0' ? 0 : 1);
    series = name;
    const atMs = startMs + Number(seconds) * 1000;
    stage.wait(Math.max(0, atMs - stage.nowMs()));
  };
}

/** Which FE was asked: the state says so where it was not the first. After a failover it was the new master. */
function asker({ cast }: Script): (recorded: Recorded) => { readonly of?: string } {
  let usual: { readonly of?: string } = {};
  return ({ state }) => {
    const [, newMaster] = /^new master (127\.0\.0\.\d+)/.exec(state) ?? [];
    if (newMaster !== undefined) usual = { of: newMaster };
    const [, host] = /asked of (?:the )?(?:dropped )?(?:observer |follower )?(127\.0\.0\.\d+)/.exec(state) ?? [];
    if (host !== undefined) return { of: host };
    const [, role] = /asked of the (observer|follower) after/.exec(state) ?? [];
    const of = role === 'observer' ? cast.observers?.[0] : role === 'follower' ? cast.followers[1] : undefined;
    return of === undefined ? usual : { of };
  };
}

/** An answer that waits for a majority comes once the other follower is back. */
function await_(stage: Stage, answer: SqlAnswer, { cast }: Script): SqlAnswer {
  if (answer.kind !== 'pending') return answer;
  stage.wait(20_000);
  const dead = [...cast.followers, ...(cast.spares ?? [])].map(stage.host);
  for (const { host, registered, running } of stage.cluster.frontends()) {
    if (dead.includes(host) && registered && !running) stage.cluster.startFrontend(host, undefined, stage.nowMs());
  }
  let ended: SqlAnswer | undefined;
  stage.waitUntil('the statement is answered', () => (ended = answer.poll(stage.nowMs())) !== undefined);
  return ended ?? answer;
}

function isUnknown({ error }: Recorded, answer: SqlAnswer): boolean {
  return answer.kind === 'error' && isSyntaxError(answer.message) && !isSyntaxError(error?.message ?? '');
}

/** Ids of backends as the recording itself tells them. */
function backendHostsOf({ statements }: Recording): ReadonlyMap<string, string> {
  return new Map(
    statements
      .filter(({ sql }) => sql === 'SHOW BACKENDS')
      .flatMap(({ rows = [] }) => rows.map((row) => [row[0] ?? '', row[1] ?? ''] as const)),
  );
}
