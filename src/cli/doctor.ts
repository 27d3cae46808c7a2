import type { Command } from 'commander';
import { examine } from '../app/doctor.ts';
import { connectForLooking } from '../app/open.ts';
import type { Finding } from '../domain/finding.ts';
import { EXIT } from './context.ts';
import type { CliContext, CommonOptions } from './context.ts';
import { commonCommand } from './common-command.ts';
import { table } from './table.ts';
import { printJson, withStore } from './with-store.ts';

export function registerDoctor(program: Command, context: CliContext): void {
  commonCommand(
    program,
    'doctor',
    'Check every connection, privilege and signal, and print the line that mends each',
  ).action((options: CommonOptions) =>
    withStore(options, context, async (policy, store) => {
      const connected = connectForLooking(policy, store, context.clock, context.version);
      const examined: { readonly name: string; readonly findings: readonly Finding[] }[] = [];
      try {
        for (const [index, cluster] of policy.clusters.entries()) {
          const adapters = connected[index];
          if (adapters === undefined) continue;
          examined.push({ name: cluster.name, findings: await examine(cluster, adapters, context.clock.now()) });
        }
      } finally {
        await Promise.all(connected.map((adapters) => adapters.close()));
      }
      const failed = examined.some(({ findings }) => findings.some((finding) => finding.level === 'fail'));
      context.exit(failed ? EXIT.failed : EXIT.fine);
      if (options.json === true) printJson(context, { ok: !failed, clusters: examined });
      else for (const { name, findings } of examined) context.out(text(name, findings));
    }),
  );
}

function text(name: string, findings: readonly Finding[]): string {
  const rows = findings.map((finding) => [
    finding.level === 'fail' ? 'FAIL' : finding.level,
    finding.subject,
    finding.message,
  ]);
  const lines = table(rows).trimEnd().split('\n');
  const body = findings.map((finding, index) => {
    const line = `${lines[index] ?? ''}\n`;
    return finding.mend === undefined ? line : `${line}        ${finding.mend}\n`;
  });
  const failed = findings.filter((finding) => finding.level === 'fail').length;
  const warned = findings.filter((finding) => finding.level === 'warn').length;
  const end = failed > 0 ? ' This cluster would run in observe until that is mended.' : '';
  return `${name}\n${body.join('')}${String(failed)} failed, ${String(warned)} warnings.${end}\n`;
}
