import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A home of Doris without Doris: start scripts that put a listener in the background as the real ones do, and stop scripts
 * that end it. `--helper` and the like are written to log/started.
 */
export function dorisHome(
  home: string,
  {
    role,
    host,
    port,
    conf,
  }: { readonly role: 'be' | 'fe'; readonly host: string; readonly port: number; readonly conf: string },
): void {
  for (const folder of ['bin', 'conf', 'log']) mkdirSync(join(home, folder), { recursive: true });
  writeFileSync(join(home, 'conf', `${role}.conf`), conf);
  const listener = `require('node:net').createServer((socket) => socket.destroy()).listen(${String(port)}, '${host}')`;
  script(join(home, 'bin', `start_${role}.sh`), [
    `cd "$(dirname "$0")/.."`,
    `printf '%s\\n' "$*" >>log/started`,
    `nohup '${process.execPath}' -e "${listener}" >log/out 2>&1 </dev/null &`,
    `echo $! >bin/${role}.pid`,
  ]);
  script(join(home, 'bin', `stop_${role}.sh`), [
    `cd "$(dirname "$0")/.."`,
    `printf '%s\\n' "$*" >>log/stopped`,
    `kill "$(cat bin/${role}.pid)"`,
  ]);
}

/** What a test left running. */
export function endProcess(home: string, role: 'be' | 'fe'): void {
  try {
    process.kill(Number(readFileSync(join(home, 'bin', `${role}.pid`), 'utf8')), 'SIGKILL');
  } catch {
    // It was never started, or is stopped.
  }
}

function script(path: string, lines: readonly string[]): void {
  writeFileSync(path, ['#!/bin/sh', 'set -e', ...lines, ''].join('\n'));
  chmodSync(path, 0o755);
}
