import type { Command } from 'commander';
import { validateBody } from '../app/present/findings/validate.ts';
import { validateText } from '../app/present/findings/validate-text.ts';
import type { CliContext, CommonOptions } from './context.ts';
import { EXIT } from './context.ts';
import { commonCommand } from './common-command.ts';
import { jsonText, loadFor, onlyCluster } from './read-policy.ts';

export function registerValidate(program: Command, context: CliContext): void {
  commonCommand(program, 'validate', 'All that is wrong with the policy file, and when its windows open').action(
    (options: CommonOptions) => {
      validate(options, context);
    },
  );
}

/** Findings are results: they go to stdout, and errors among them make the exit code 2. */
function validate(options: CommonOptions, context: CliContext): void {
  const loaded = loadFor(options, context);
  let shown = loaded;
  if (loaded.ok) {
    const policy = onlyCluster(loaded.policy, options, context);
    if (policy === undefined) return;
    shown = { ...loaded, policy };
  }
  context.out(options.json === true ? jsonText(validateBody(shown)) : validateText(shown, context.clock.now()));
  context.exit(loaded.ok ? EXIT.fine : EXIT.badInput);
}
