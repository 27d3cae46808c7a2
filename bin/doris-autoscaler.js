#!/usr/bin/env node
const neededMajor = 26;
if (Number.parseInt(process.versions.node, 10) < neededMajor) {
  process.stderr.write(`doris-autoscaler needs Node.js ${neededMajor} or newer; this is ${process.version}.\n`);
  process.exitCode = 1;
} else {
  await import('../dist/main.js');
}
