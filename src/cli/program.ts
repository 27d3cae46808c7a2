import { Command } from 'commander';
import type { CliContext } from './context.ts';

/** The whole command line. Each command registers itself here with one line. */
export function buildProgram(context: CliContext): Command {
  const program = new Command('doris-autoscaler');
  program
    .description('Grows and shrinks an Apache Doris cluster by itself, inside its idle business windows.')
    .version(context.version, '-V, --version')
    .configureOutput({ writeOut: (text) => { context.out(text); }, writeErr: (text) => { context.err(text); } });
  return program;
}

/** A command with the options that all of them take. */
export function commonCommand(program: Command, name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .option('--config <file>', 'policy file or folder (default: $DORIS_AUTOSCALER_CONFIG or ./doris-autoscaler.yaml)')
    .option('--cluster <name>', 'only this cluster')
    .option('--group <name>', 'only this node group')
    .option('--json', 'stable JSON instead of text');
}
