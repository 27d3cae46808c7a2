import type { Command } from 'commander';

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
