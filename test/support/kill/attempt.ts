import { setTimeout as wait } from 'node:timers/promises';
import { differences, endingOf, type Ending } from './ending.ts';
import { pointText, type KillPoint } from './point.ts';
import type { Scenario } from './scenario.ts';
import { setKillStage, type KillStage, type Life } from './stage.ts';

const POLL_MS = 20;
const PATIENCE_MS = 240_000;
/** Of the fast clock: an evaluation after the end has begun nothing more. */
const QUIET_MS = 45_000;

export interface Kill {
  readonly point: string;
  /** The operation passed it: the daemon died there. */
  readonly reached: boolean;
}

export interface Attempt {
  readonly scenario: string;
  readonly kills: readonly Kill[];
  /** What is not as it should be; empty: it ended right. */
  readonly problems: readonly string[];
  readonly seconds: number;
}

/** How a scenario ends when nothing is killed. */
export async function undisturbed(scenario: Scenario): Promise<Ending> {
  const { ending, problem } = await play(scenario, []);
  if (ending === undefined) throw new Error(`${scenario.name} without a kill: ${problem ?? ''}`);
  const state = ending.operations.join(', ');
  if (state !== `${scenario.kind} ${scenario.ends}`) throw new Error(`${scenario.name} without a kill ended: ${state}`);
  return ending;
}

/** Kills the daemon at each of the points, one after another, starts it again each time, and compares the end. */
export async function attempt(scenario: Scenario, points: readonly KillPoint[], calm: Ending): Promise<Attempt> {
  const startedMs = performance.now();
  const { kills, ending, problem } = await play(scenario, points);
  const missed = kills.filter(({ reached }) => !reached).map(({ point }) => `never came to: ${point}`);
  const wrong = ending === undefined ? [problem ?? 'it did not end'] : differences(calm, ending);
  return {
    scenario: scenario.name,
    kills,
    problems: [...missed, ...wrong],
    seconds: (performance.now() - startedMs) / 1000,
  };
}

interface Played {
  readonly kills: readonly Kill[];
  readonly ending: Ending | undefined;
  readonly problem: string | undefined;
}

async function play(scenario: Scenario, points: readonly KillPoint[]): Promise<Played> {
  const stage = await setKillStage(scenario);
  const kills: Kill[] = [];
  let life = stage.live(points[0]);
  let besideDone = scenario.beside === undefined;
  const untilMs = performance.now() + PATIENCE_MS;
  try {
    while (!(await isOver(stage))) {
      if (performance.now() > untilMs) return { kills, ending: undefined, problem: await situation(stage, life) };
      const died = await Promise.race([life.ended, wait(POLL_MS).then(() => false)]);
      if (died) {
        kills.push({ point: pointText(points[kills.length] ?? { is: 'write', nth: 0 }), reached: true });
        life = stage.live(points[kills.length]);
      }
      besideDone ||= (await scenario.beside?.(stage)) === true;
    }
    const missed = points.slice(kills.length).map((point) => ({ point: pointText(point), reached: false }));
    return { kills: [...kills, ...missed], ending: await endingOf(stage), problem: undefined };
  } catch (error) {
    return { kills, ending: undefined, problem: `${String(error)}\n${await situation(stage, life)}` };
  } finally {
    await stage.end();
  }
}

async function isOver({ operations, store }: KillStage): Promise<boolean> {
  const all = await operations();
  if (all.length === 0 || all.some(({ endedAt }) => endedAt === undefined)) return false;
  const last = Math.max(...all.map(({ endedAt }) => endedAt ?? 0));
  const record = await store.records.latest('analytics');
  return record !== undefined && record.at > last + QUIET_MS;
}

async function situation(stage: KillStage, life: Life): Promise<string> {
  const operations = (await stage.operations()).map(
    ({ kind, state, reason, steps }) =>
      `${kind} ${state}: ${reason} [${steps.map((step) => `${step.key} ${step.state}`).join(', ')}]`,
  );
  return ['it did not come to its end', ...operations, life.log().slice(-3000)].join('\n');
}
