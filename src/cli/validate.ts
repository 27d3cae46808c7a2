import type { Command } from 'commander';
import { pastOf } from '../app/policy-change/against-history.ts';
import { differenceBody } from '../app/present/policy-change/change-body.ts';
import { pastText } from '../app/present/policy-change/past-text.ts';
import { validateBody } from '../app/present/findings/validate.ts';
import { validateText } from '../app/present/findings/validate-text.ts';
import { openSharedStore } from '../app/inspect/open.ts';
import type { LoadedPolicy } from '../config/load-policy.ts';
import type { CliContext, CommonOptions } from './context.ts';
import { EXIT } from './context.ts';
import { commonCommand } from './common-command.ts';
import { fail } from './fail.ts';
import { jsonText, loadFor, onlyCluster } from './read-policy.ts';

interface ValidateOptions extends CommonOptions {
  readonly againstHistory?: boolean;
}

export function registerValidate(program: Command, context: CliContext): void {
  commonCommand(program, 'validate', 'All that is wrong with the policy file, and when its windows open')
    .option('--against-history', 'also what it would have done with the last 14 days, beside the policy in force')
    .action((options: ValidateOptions) => validate(options, context));
}

/** Findings are results: they go to stdout, and errors among them make the exit code 2. */
async function validate(options: ValidateOptions, context: CliContext): Promise<void> {
  const loaded = loadFor(options, context);
  let shown = loaded;
  if (loaded.ok) {
    const policy = onlyCluster(loaded.policy, options, context);
    if (policy === undefined) return;
    shown = { ...loaded, policy };
  }
  if (loaded.ok && shown.ok && options.againstHistory === true) {
    await againstHistory(shown, options, context);
    return;
  }
  context.out(options.json === true ? jsonText(validateBody(shown)) : validateText(shown, context.clock.now()));
  context.exit(loaded.ok ? EXIT.fine : EXIT.badInput);
}

/** One that a running daemon would hold fails, so that a script that rolls it out stops. */
async function againstHistory(
  loaded: LoadedPolicy & { readonly ok: true },
  options: ValidateOptions,
  context: CliContext,
): Promise<void> {
  const opened = await openSharedStore(loaded.policy);
  if (!opened.ok) {
    fail(context, options, opened.error);
    return;
  }
  try {
    const past = await pastOf(opened.store, loaded.policy, context.clock.now());
    const { inForce, reasons, groups } = past;
    const waits = reasons.length > 0;
    if (options.json === true) {
      const againstPast = { inForce: inForce ?? null, waits, reasons, groups: groups.map(differenceBody) };
      context.out(jsonText({ ...validateBody(loaded), againstHistory: againstPast }));
    } else context.out(`${validateText(loaded, context.clock.now())}${pastText(past)}`);
    context.exit(waits ? EXIT.failed : EXIT.fine);
  } finally {
    await opened.store.close();
  }
}
