import { readFileSync } from 'node:fs';
import { Command } from 'commander';

/** The whole command line. Each command registers itself here with one line. */
export function buildProgram(): Command {
  const program = new Command('doris-autoscaler');
  program
    .description('Grows and shrinks an Apache Doris cluster by itself, inside its idle business windows.')
    .version(packageVersion(), '-V, --version');
  return program;
}

function packageVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest) return String(manifest.version);
  return 'unknown';
}
