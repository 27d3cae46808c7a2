import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { NO_FIGURES, sum } from './figures.ts';
import { MUTATIONS } from './mutations.ts';
import type { Outcome } from './run-scenario.ts';
import { sharesOf } from './shares.ts';
import type { Share } from './shares.ts';
import type { Work } from './worker.ts';

interface Done {
  readonly outcome: Outcome;
  readonly cpuMs: number;
}

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const PROGRESS_MS = 10 * SECOND_MS;
/** Two months take half a minute, to shrink what breaks an invariant sixty times that. */
const LIMIT_MS = 40 * MINUTE_MS;

/*
 * npm run simulate:soak -- --days N --seed S [--workers W]
 * npm run simulate:soak -- --scenario SEED:DAYS        one scenario again, as a violation names it
 * npm run simulate:soak -- --mutation INVARIANT        with code that is wrong so that it breaks this invariant
 */
const { values } = parseArgs({
  options: {
    days: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    workers: { type: 'string', default: String(availableParallelism()) },
    scenario: { type: 'string' },
    mutation: { type: 'string' },
  },
});
const mutation = known(values.mutation);
const seed = wholeNumber('seed', values.seed);
const shares =
  values.scenario === undefined ? sharesOf(wholeNumber('days', values.days), seed) : [again(values.scenario)];
process.exitCode = await run(shares, Math.min(shares.length, wholeNumber('workers', values.workers)));

async function run(all: readonly Share[], workers: number): Promise<number> {
  const startedMs = performance.now();
  const waiting = [...all];
  let figures = NO_FIGURES;
  let cpuMs = 0;
  let toldMs = startedMs;
  let violated: { readonly share: Share; readonly outcome: Outcome } | undefined;

  const work = async (): Promise<void> => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: { mutation } satisfies Work,
      // Nearly all that an evaluation makes is garbage by the next one: with room for it there is half as much to collect.
      resourceLimits: { maxYoungGenerationSizeMb: 192 },
    });
    try {
      for (;;) {
        const share = waiting.shift();
        if (share === undefined || violated !== undefined) return;
        const done = await ask(worker, share);
        figures = sum(figures, done.outcome.figures);
        cpuMs += done.cpuMs;
        if (done.outcome.violation !== undefined) violated ??= { share, outcome: done.outcome };
        if (performance.now() - toldMs > PROGRESS_MS) {
          toldMs = performance.now();
          console.log(`${String(figures.days)} days, ${perMinute(figures.days, cpuMs)} days/min of one core`);
        }
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: workers }, work));

  const tookMs = performance.now() - startedMs;
  console.log(
    [
      `seed         ${String(seed)}`,
      `days         ${String(figures.days)} in ${(tookMs / SECOND_MS).toFixed(1)} s with ${String(workers)} workers: ${perMinute(figures.days, tookMs)} days/min, ${perMinute(figures.days, cpuMs)} of one core`,
      `evaluations  ${String(figures.evaluations)}, statements ${String(figures.statements)}, kills ${String(figures.kills)}`,
      `operations   ${listed(figures.operations)}`,
      `faults       ${listed(figures.faults)}`,
    ].join('\n'),
  );
  if (violated === undefined) {
    console.log('No invariant was broken.');
    return 0;
  }
  tell(violated.share, violated.outcome);
  return 1;
}

function ask(worker: Worker, share: Share): Promise<Done> {
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown): void => {
      reject(new Error(`not carried out: ${command(share)}`, { cause }));
    };
    const limit = setTimeout(() => {
      fail(`not ended after ${String(LIMIT_MS / MINUTE_MS)} min`);
    }, LIMIT_MS);
    worker.once('error', fail);
    worker.once('message', (done: Done) => {
      clearTimeout(limit);
      worker.off('error', fail);
      resolve(done);
    });
    worker.postMessage(share);
  });
}

function command({ seed, days }: Share): string {
  const wrong = mutation === undefined ? '' : ` --mutation ${mutation}`;
  return `npm run simulate:soak -- --scenario ${String(seed)}:${String(days)}${wrong}`;
}

function tell(share: Share, { scenario, violation }: Outcome): void {
  if (violation === undefined) return;
  console.log(
    [
      '',
      `BROKEN  ${violation.invariant}: ${violation.says}`,
      `why     ${violation.detail}`,
      `when    ${new Date(violation.atMs).toISOString()}`,
      `again   ${command(share)}`,
      '',
      ...violation.trace,
      '',
      `scenario, shrunk: ${JSON.stringify(scenario)}`,
    ].join('\n'),
  );
}

function again(text: string): Share {
  const [of = '', days = ''] = text.split(':');
  return { seed: wholeNumber('scenario', of), days: wholeNumber('scenario', days) };
}

function known(name: string | undefined): string | undefined {
  const names = [...new Set(MUTATIONS.map(({ invariant }) => invariant))];
  if (name === undefined || names.includes(name)) return name;
  throw new Error(`--mutation ${name}: right would be one of ${names.join(', ')}`);
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new Error(`--${name} ${text}: right would be a whole number above 0`);
}

function perMinute(days: number, ms: number): string {
  return ms === 0 ? '-' : String(Math.round((days * 60 * SECOND_MS) / ms));
}

function listed(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${String(count)}`)
    .join(', ');
}
