// After every change of the lockfile. npm leaves out an optional package without a word when its `engines` refuse
// the Node.js that npm runs on. The compiled parts of our tools are such packages, and they run on the pinned
// Node.js, not on npm's: without `engines` in the lockfile, `npm ci` brings them on any Node.js from 20.
import { readFileSync, writeFileSync } from 'node:fs';

const path = new URL('../package-lock.json', import.meta.url);
const lockfile = JSON.parse(readFileSync(path, 'utf8'));
for (const entry of Object.values(lockfile.packages)) {
  if (entry.optional) delete entry.engines;
}
writeFileSync(path, `${JSON.stringify(lockfile, null, 2)}\n`);
