import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { waitFor } from '../../support/wait-for.ts';

const PROCESS = fileURLToPath(new URL('full-disk-process.ts', import.meta.url));
/** The log of the store grows over these within the operation, each time at another step. */
const LIMITS_BYTES = [200_000, 300_000, 400_000];

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'full-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** A process whose files cannot grow over a size: to it the disk is full there, until more is allowed. */
async function onSmallDisk(path: string, limitBytes: number) {
  const child = spawn('prlimit', [`--fsize=${String(limitBytes)}:unlimited`, process.execPath, PROCESS, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  return {
    lines,
    /** Space is there again. */
    async grow() {
      await promisify(execFile)('prlimit', ['--pid', String(child.pid), '--fsize=unlimited:unlimited']);
    },
    end() {
      child.kill('SIGKILL');
    },
  };
}

describe('a disk that is full under the journal', () => {
  it.each(LIMITS_BYTES)(
    'of %i bytes: nothing is sent that is not on disk, and all goes on once space is back',
    {
      timeout: 120_000,
    },
    async (limitBytes) => {
      const path = join(folder, 'autoscaler.db');
      const daemon = await onSmallDisk(path, limitBytes);
      try {
        const says = (text: string): boolean => daemon.lines.some((line) => line.startsWith(text));
        await waitFor('the journal cannot be written', () => says('broke off'), { timeoutMs: 60_000 });
        expect(daemon.lines.filter((line) => line.startsWith('broke off')).at(0)).toMatch(
          /^broke off: store-unavailable: .*(disk I\/O error|disk is full)/,
        );
        const sentBefore = daemon.lines.filter((line) => line.startsWith('sent')).length;
        expect((await stat(`${path}-wal`)).size).toBeLessThanOrEqual(limitBytes);
        const tries = daemon.lines.length;
        await waitFor('it was tried again in vain', () => daemon.lines.length >= tries + 3, { timeoutMs: 60_000 });
        expect(daemon.lines.filter((line) => line.startsWith('sent'))).toHaveLength(sentBefore);

        await daemon.grow();
        await waitFor('the end', () => says('ended'), { timeoutMs: 60_000 });
      } finally {
        daemon.end();
      }
      expect(daemon.lines.at(-1)).toBe('ended succeeded');
      const sent = daemon.lines.filter((line) => line.startsWith('sent ')).map((line) => line.split(' '));
      expect(sent.filter(([, , intents]) => intents === '')).toEqual([]);
      const once = sent.map(([, kind]) => kind).filter((kind) => kind === 'decommission-backend');
      expect(once).toEqual(['decommission-backend']);
    },
  );
});
