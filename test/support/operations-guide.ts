import type { OperationKind } from '../../src/domain/operation.ts';
import { KINDS } from '../../src/operation/kinds/tables.ts';
import type { AfterDeadline, Kind, Step, StepDeadline, WhenWindowCloses } from '../../src/operation/steps/step.ts';
import { durationText } from '../../src/operation/text.ts';

/** The tables of docs/guide/operations.md, as Markdown: every step of every kind as the daemon carries it out. */
export function operationTables(): string {
  return (Object.keys(KINDS) as readonly OperationKind[]).map(kindText).join('\n');
}

function kindText(kind: OperationKind): string {
  const { title, steps, undo, back, after } = KINDS[kind];
  const parts: readonly (readonly [string, readonly Step[], readonly Column[]])[] = [
    [orderText(KINDS[kind]), steps, COLUMNS],
    ['At the end, whatever became of it', after, SHORT],
    ['Undone', undo, SHORT],
    ['Taken back until the next window', back, SHORT],
  ];
  const tables = parts
    .filter(([, rows]) => rows.length > 0)
    .map(([heading, rows, columns]) => `${heading}:\n\n${table(rows, columns)}`);
  return `### \`${kind}\`: ${title.charAt(0).toLowerCase()}${title.slice(1)}\n\n${tables.join('\n')}`;
}

function orderText({ order, gates = [], direction, steps }: Kind): string {
  const each = direction === 'out' ? 'For each host' : 'For each node';
  if (gates.length === 0) return `${each}, ${order === 'side-by-side' ? 'side by side' : 'one after another'}`;
  const held = steps.filter(({ key }) => gates.includes(key)).map(({ key }) => `\`${key}\``);
  return `${each} of the pair, one after another; neither goes beyond ${held.join(', ')} before the other has passed it, too`;
}

interface Column {
  readonly head: string;
  readonly cell: (step: Step) => string;
}

function table(steps: readonly Step[], columns: readonly Column[]): string {
  const rows = [
    columns.map(({ head }) => head),
    columns.map(() => '---'),
    ...steps.map((step) => columns.map(({ cell }) => cell(step).replaceAll('|', '\\|'))),
  ];
  return `${rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`;
}

const AFTER: Readonly<Record<AfterDeadline, string>> = {
  turn: 'undone',
  back: 'taken back, again in the next window',
  'give-up': 'reported; the operation ends as failed',
  skip: 'left out',
  'keep-trying': 'reported, tried on',
};

const CLOSING: Readonly<Record<WhenWindowCloses, string>> = {
  'goes-on': 'goes on',
  undone: 'undone',
  back: 'taken back, again in the next window',
  waits: 'undone; the second of a pair waits for the next window',
  policy: '`windows.onClose`',
};

function deadlineText(deadline: StepDeadline): string {
  return typeof deadline === 'number' ? durationText(deadline) : `\`${deadline}\``;
}

const COLUMNS: readonly Column[] = [
  { head: 'step', cell: (step) => `\`${step.key}\`` },
  { head: 'does', cell: (step) => step.title },
  { head: 'done when', cell: (step) => step.waitsFor },
  { head: 'deadline', cell: (step) => deadlineText(step.deadline) },
  { head: 'then', cell: (step) => AFTER[step.afterDeadline] },
  { head: 'a window closes', cell: (step) => CLOSING[step.onClose] },
  { head: 'undo', cell: (step) => step.undo ?? '' },
];
/** What ends or undoes an operation needs no window and is not undone itself. */
const SHORT = COLUMNS.slice(0, 5);

// Run as a program it prints the tables, to be put below the mark of the guide.
if (process.argv[1] === import.meta.filename) process.stdout.write(operationTables());
