import { join } from 'node:path';
import { ESLint } from 'eslint';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
// The type-aware rules need each snippet in a program; the bans do not, and are asked alone to stay fast.
const eslint = new ESLint({
  cwd: root,
  overrideConfig: { languageOptions: { parserOptions: { projectService: false } } },
  ruleFilter: ({ ruleId }) => ruleId.startsWith('no-restricted-'),
});

async function complaints(path: string, text: string): Promise<string[]> {
  const results = await eslint.lintText(text, { filePath: join(root, path) });
  return results.flatMap(({ messages }) => messages).map(({ ruleId, message }) => ruleId ?? message);
}

const pure = 'src/decision/decide.ts';

describe('banned outside time/ and the named adapter files', () => {
  it.each([
    ['new Date', 'export const at = new Date(0);'],
    ['Date.now', 'export const at = Date.now();'],
    ['globalThis.Date', 'export const at = globalThis.Date.now();'],
    ['Temporal.Now', 'export const at = Temporal.Now.instant();'],
    ['Now taken out of Temporal', 'export const { Now } = Temporal;'],
    ['globalThis.Temporal', 'export const at = globalThis.Temporal.Now.instant();'],
    ['performance', 'export const at = performance.now();'],
    ['performance by import', "import { performance as p } from 'node:perf_hooks';\nexport const at = p.now();"],
    ['setTimeout', 'setTimeout(() => 1, 5);'],
    ['setInterval', 'setInterval(() => 1, 5);'],
    ['setImmediate', 'setImmediate(() => 1);'],
    ['timers by import', "import { setTimeout as wait } from 'node:timers/promises';\nawait wait(5);"],
    ['Math.random', 'export const dice = Math.random();'],
    ['random taken out of Math', 'export const { random } = Math;'],
    ['crypto', 'export const id = crypto.randomUUID();'],
    ['crypto by import', "import { randomUUID } from 'node:crypto';\nexport const id = randomUUID();"],
    ['process', "export const home = process.env['HOME'];"],
    ['process by import', "import { env } from 'node:process';\nexport const home = env['HOME'];"],
    ['worker_threads', "import { Worker } from 'node:worker_threads';\nexport const thread = Worker;"],
    ['child_process', "import { spawn } from 'node:child_process';\nexport const run = spawn;"],
    ['a default export', 'export default function decide() {}'],
    ['a barrel', "export * from './guards.ts';"],
    ['an enum', 'export enum Kind { a, b }'],
  ])('%s', async (_name, text) => {
    expect(await complaints(pure, text)).toHaveLength(1);
  });
});

describe('allowed', () => {
  it.each([
    ['a Temporal value anywhere', pure, "export const at = Temporal.Instant.from('2026-01-01T00:00:00Z');"],
    ['the clock in time/', 'src/time/system-clock.ts', 'export const at = Date.now();'],
    ['timers in time/', 'src/time/system-clock.ts', 'setTimeout(() => 1, 5);'],
    ['Temporal.Now in time/', 'src/time/system-clock.ts', 'export const at = Temporal.Now.instant();'],
    ['process in main.ts', 'src/main.ts', 'export const words = process.argv;'],
    ['threads in app/worker/', 'src/app/worker/a.ts', "import 'node:worker_threads';"],
    ['a test reading the clock', 'test/unit/time/clock.test.ts', 'export const at = Date.now();'],
  ])('%s', async (_name, path, text) => {
    expect(await complaints(path, text)).toEqual([]);
  });

  it.each([
    ['app/worker/ has threads and no clock', 'src/app/worker/a.ts'],
    ['watch-policy.ts has timers and no clock', 'src/config/watch-policy.ts'],
    ['cli/ has neither', 'src/cli/run.ts'],
  ])('not more than an adapter is named for: %s', async (_name, path) => {
    expect(await complaints(path, 'export const at = Date.now();')).toEqual(['no-restricted-globals']);
  });
});

describe('fake timers', () => {
  it('are refused in tests, since they do not move Temporal', async () => {
    expect(await complaints('test/unit/a.test.ts', "import { vi } from 'vitest';\nvi.useFakeTimers();")).toEqual([
      'no-restricted-properties',
    ]);
  });
});
