import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface Writer {
  readonly lines: readonly string[];
  /** Resolves when it has acknowledged so many writes. */
  acknowledged(count: number): Promise<void>;
  /** kill -9, by its own pid; resolves when it is gone and all that it said was read. */
  kill(): Promise<void>;
}

/** A process of its own that holds the store as its daemon and writes. */
export function startWriter(path: string): Writer {
  const child: ChildProcess = spawn(process.execPath, [fileURLToPath(new URL('./writer.ts', import.meta.url)), path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  if (child.stdout === null) throw new Error('no stdout');
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (line) => {
    lines.push(line);
    for (const one of waiting) if (lines.length >= one.count) one.resolve();
  });
  const exited = Promise.all([once(child, 'exit'), once(reader, 'close')]);
  return {
    lines,
    async acknowledged(count) {
      if (lines.length >= count) return;
      const reached = new Promise<void>((resolve) => waiting.push({ count, resolve }));
      await Promise.race([
        reached,
        exited.then(() => {
          throw new Error(`the writer ended after ${String(lines.length)} writes`);
        }),
      ]);
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
