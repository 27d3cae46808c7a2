#!/usr/bin/env node
// Read by any Node.js that knows modules: no static import and no await at the top level.
const neededMajor = 26;
if (Number.parseInt(process.versions.node, 10) < neededMajor) {
  process.stderr.write(`doris-autoscaler needs Node.js ${neededMajor} or newer; this is ${process.version}.\n`);
  process.exitCode = 1;
} else {
  // The second start is the faster one: compiled code is kept in the folder for temporary files, where there is one.
  process.getBuiltinModule('node:module').enableCompileCache();
  import('../dist/main.js');
}
