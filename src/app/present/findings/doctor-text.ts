import type { Finding } from '../../../domain/finding.ts';
import type { ClusterPolicy } from '../../../domain/policy.ts';
import { messageBeside } from './finding-text.ts';
import { table } from '../table.ts';

/** What was checked of one cluster, each finding with the line that mends it. */
export function doctorText({ name, mode }: Pick<ClusterPolicy, 'name' | 'mode'>, findings: readonly Finding[]): string {
  const rows = table(
    findings.map((finding) => [
      finding.level === 'fail' ? 'FAIL' : finding.level,
      finding.subject,
      messageBeside(finding),
    ]),
  ).split('\n');
  const lines = findings.flatMap(({ mend }, index) => [
    rows[index] ?? '',
    ...(mend === undefined ? [] : [`        ${mend}`]),
  ]);
  const count = (level: Finding['level']): number => findings.filter((finding) => finding.level === level).length;
  const failed = count('fail');
  const warned = count('warn');
  const outcome = failed > 0 && mode !== 'observe' ? ' This cluster runs in observe until what failed is mended.' : '';
  const sum = `${String(failed)} failed, ${String(warned)} ${warned === 1 ? 'warning' : 'warnings'}.${outcome}`;
  return `${[`${name}   ${mode}`, ...lines, sum].join('\n')}\n`;
}
