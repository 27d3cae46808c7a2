import type { Command } from 'commander';
import { policyJsonSchema } from '../config/schema/json-schema.ts';
import { referenceTable } from '../config/schema/reference.ts';
import type { CliContext } from './context.ts';
import { jsonText } from './read-policy.ts';

export function registerSchema(program: Command, context: CliContext): void {
  program
    .command('schema')
    .description('JSON Schema of the policy file, for editors and checks')
    .option('--table', 'every key, its default and its meaning as a Markdown table instead')
    .action((options: { readonly table?: boolean }) => {
      if (options.table === true) context.out(referenceTable());
      else context.out(jsonText(policyJsonSchema()));
    });
}
