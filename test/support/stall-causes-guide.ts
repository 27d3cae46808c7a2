import { STALL_CAUSES } from '../../src/domain/stall.ts';
import { CAUSES } from '../../src/operation/drain/causes.ts';

/** The table of docs/guide/operations.md on drains that stand still, as Markdown: every cause, in the order of the ladder. */
export function stallCausesTable(): string {
  const head = ['cause', 'what it is', 'seen in', 'what to do', 'look', 'does waiting help', '`onStall` may'];
  const rows = STALL_CAUSES.map((code) => {
    const { title, sign, mend, look, waiting, onStall } = CAUSES[code];
    return [`\`${code}\``, title, sign, mend, `\`${look}\``, waiting, onStall.join(', ')];
  });
  return [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`)
    .join('');
}

// Run as a program it prints the table, to be put between the marks of the guide.
if (process.argv[1] === import.meta.filename) process.stdout.write(stallCausesTable());
