// Loaded with --import before sources run: npm puts node_modules/.bin first in PATH, so `node` in a script is
// the pinned one where the platform has a package for it.
const neededMajor = 26;
if (Number.parseInt(process.versions.node, 10) < neededMajor) {
  process.stderr.write(
    `doris-autoscaler needs Node.js ${neededMajor} or newer to run its sources; this is ${process.version} on ` +
      `${process.platform}-${process.arch}. On Linux x64 and arm64 \`npm ci && npm run prepare\` brings it; elsewhere install it first.\n`,
  );
  process.exit(1);
}
