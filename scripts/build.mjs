// src -> dist: compiles, then copies every file that the compiler leaves behind (pages, styles, texts).
// Built beside and moved into place at the end, so that whoever runs dist never sees half of it.
import { spawnSync } from 'node:child_process';
import { cpSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');
const fresh = join(root, `.dist-${process.pid}`);

process.once('exit', () => rmSync(fresh, { recursive: true, force: true }));

const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json', '--outDir', fresh], {
  cwd: root,
  stdio: 'inherit',
});
if (status !== 0) process.exit(status ?? 1);

cpSync(join(root, 'src'), fresh, {
  recursive: true,
  filter: (source) => statSync(source).isDirectory() || !source.endsWith('.ts'),
});
rmSync(dist, { recursive: true, force: true });
renameSync(fresh, dist);
