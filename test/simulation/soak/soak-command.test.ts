import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Scenario } from './scenario.ts';
import { scenarioOf } from './scenario.ts';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));
/** A busy life whose first removal comes on its first day. */
const SEED = 2;
const DAYS = 14;

async function soak(
  ...args: readonly string[]
): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }> {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await ended, out, err };
}

describe('the soak', { timeout: 300_000 }, () => {
  it('tells what is broken: by which statement, after what, and in how small a scenario', async () => {
    const share = `${String(SEED)}:${String(DAYS)}`;
    const { code, out } = await soak('--scenario', share, '--workers', '1', '--mutation', 'replicas-kept');
    expect(code).toBe(1);

    expect(out).toContain('BROKEN  replicas-kept: no tablet has fewer replicas than it would have without us');
    expect(out).toMatch(/^why {5}we dropped .* replicas went with it: ALTER SYSTEM DROPP BACKEND/m);
    expect(out).toContain(`again   npm run simulate:soak -- --scenario ${share} --mutation replicas-kept`);

    const trace = out.split('\n').filter((line) => /^d\d+ \d\d-\d\d \d\d:\d\d:\d\d {2}/.test(line));
    expect(trace.length).toBeGreaterThan(10);
    expect(trace.at(-1)).toMatch(/we send {2}ALTER SYSTEM DROPP BACKEND "[^"]+" {2}\([^)]+: ok\)$/);
    expect(trace.some((line) => line.includes('step  0.proof done'))).toBe(true);

    const shrunk = JSON.parse(out.split('scenario, shrunk: ')[1] ?? '') as Scenario;
    const whole = scenarioOf(SEED, DAYS);
    expect(shrunk.days).toBeLessThan(whole.days);
    expect(shrunk.faults.length).toBeLessThan(whole.faults.length);
    expect(shrunk.edits.length).toBeLessThanOrEqual(whole.edits.length);
  });

  it('refuses a mutation that it does not know, and names those that there are', async () => {
    const { code, err } = await soak('--days', '14', '--mutation', 'no-such');
    expect(code).toBe(1);
    expect(err).toContain('--mutation no-such: right would be one of asked-in-peace, replicas-kept, ');
  });
});
