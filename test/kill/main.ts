import { parseArgs } from 'node:util';
import { attemptLines, killLoop } from '../support/kill/loop.ts';

/** `npm run test:kill -- --kills N --seed S`: kills the real process on the wire and prints how each operation ended. */
const { values } = parseArgs({ options: { kills: { type: 'string' }, seed: { type: 'string' } } });
const kills = Number(values.kills ?? 200);
const seed = Number(values.seed ?? Date.now() % 1_000_000);
if (!Number.isInteger(kills) || kills < 1 || !Number.isInteger(seed)) {
  process.stderr.write('--kills and --seed are whole numbers: npm run test:kill -- --kills 200 --seed 7\n');
  process.exit(2);
}

process.stdout.write(`${String(kills)} kills, seed ${String(seed)}\n`);
const startedMs = performance.now();
const attempts = await killLoop({
  kills,
  seed,
  onAttempt: (attempt) => process.stdout.write(`${attemptLines(attempt).join('\n')}\n`),
});
const wrong = attempts.filter(({ problems }) => problems.length > 0).length;
const killed = attempts.flatMap((attempt) => attempt.kills).filter(({ reached }) => reached).length;
const seconds = Math.round((performance.now() - startedMs) / 1000);
process.stdout.write(
  `${String(killed)} kills in ${String(attempts.length)} operations, ${String(wrong)} ended wrong, ${String(seconds)} s, seed ${String(seed)}\n`,
);
process.exitCode = wrong === 0 && killed === kills ? 0 : 1;
