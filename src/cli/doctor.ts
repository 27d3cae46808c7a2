import type { Command } from 'commander';
import { examine } from '../app/inspect/doctor.ts';
import { connectForLooking } from '../app/inspect/open.ts';
import { doctorText } from '../app/present/findings/doctor-text.ts';
import { EXIT } from './context.ts';
import type { CliContext, CommonOptions } from './context.ts';
import { commonCommand } from './common-command.ts';
import { printJson, withStore } from './with-store.ts';

export function registerDoctor(program: Command, context: CliContext): void {
  commonCommand(
    program,
    'doctor',
    'Check every connection, privilege and signal, and print the line that mends each',
  ).action((options: CommonOptions) => doctor(options, context));
}

/** Findings are results: they go to stdout, and a failure among them makes the exit code 1. */
async function doctor(options: CommonOptions, context: CliContext): Promise<void> {
  await withStore(
    options,
    context,
    async (policy, store) => {
      const connected = connectForLooking(policy, store, context.clock, context.version);
      try {
        const examined = await Promise.all(
          connected.map(async ({ policy: cluster, adapters }) => ({
            cluster,
            findings: await examine(cluster, adapters, context.clock.now()),
          })),
        );
        const failed = examined.some(({ findings }) => findings.some((finding) => finding.level === 'fail'));
        context.exit(failed ? EXIT.failed : EXIT.fine);
        if (options.json === true) {
          const clusters = examined.map(({ cluster: { name }, findings }) => ({
            name,
            findings: findings.map((finding) => ({ ...finding, mend: finding.mend ?? null })),
          }));
          printJson(context, { ok: !failed, clusters });
        } else {
          for (const { cluster, findings } of examined) context.out(doctorText(cluster, findings));
        }
      } finally {
        await Promise.all(connected.map(({ adapters }) => adapters.close()));
      }
    },
    'read',
  );
}
