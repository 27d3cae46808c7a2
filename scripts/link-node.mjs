// After `npm ci` of a checkout: npm 10 takes node_modules/.bin/node away again together with the package of the
// other architecture, so it is linked here once more. npm 11 leaves nothing to do.
import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const modules = join(dirname(fileURLToPath(import.meta.url)), '..', 'node_modules');
const name = `node-${process.platform}-${process.arch}`;
const link = join(modules, '.bin', 'node');

if (existsSync(join(modules, name, 'bin', 'node')) && !existsSync(link)) {
  mkdirSync(dirname(link), { recursive: true });
  rmSync(link, { force: true });
  symlinkSync(join('..', name, 'bin', 'node'), link);
}
