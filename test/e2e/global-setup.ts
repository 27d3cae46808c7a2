import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** Builds `dist` once before the first test that runs what a user installs. */
export function setup(): void {
  const root = join(import.meta.dirname, '..', '..');
  execFileSync(process.execPath, [join(root, 'scripts', 'build.mjs')], { cwd: root, stdio: 'inherit' });
}
