import type { RemovalCheck } from '../../src/decision/guards/data/check.ts';
import { REMOVAL_CHECKS } from '../../src/decision/guards/data/checks.ts';

const WHEN: Readonly<Record<RemovalCheck['needs'], string>> = {
  topology: 'each evaluation',
  evidence: 'each attempt',
  walk: 'once per admission',
};

/** The table of docs/guide/operations.md, as Markdown: every check before a removal as it is asked. */
export function checksTable(): string {
  const rows = REMOVAL_CHECKS.map(({ title, holds, code, needs, look, mend }) => [
    title,
    holds,
    `\`${code}\``,
    WHEN[needs],
    look
      .split('; ')
      .map((statement) => `\`${statement}\``)
      .join(', '),
    mend,
  ]);
  return [['check', 'holds when', 'code', 'asked', 'look', 'what to do'], Array(6).fill('---') as string[], ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`)
    .join('');
}

// Run as a program it prints the table, to be put between the marks of the guide.
if (process.argv[1] === import.meta.filename) process.stdout.write(checksTable());
