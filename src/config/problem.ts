/** One finding about a policy file. */
export interface Problem {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** As an operator would write it: `clusters[0].backends[1].min`; empty for the file as a whole. */
  readonly path: string;
  /** What is wrong. */
  readonly message: string;
  /** What would be right; empty when the message says it. */
  readonly hint: string;
}

/** `file:line:column: path: what is wrong; what would be right` */
export function formatProblem(problem: Problem): string {
  const place = `${problem.file}:${problem.line}:${problem.column}: `;
  const path = problem.path === '' ? '' : `${problem.path}: `;
  return `${place}${path}${problem.message}${problem.hint === '' ? '' : `; ${problem.hint}`}`;
}

/** Where a value stands. */
export type Place = Pick<Problem, 'file' | 'line' | 'column' | 'path'>;

/** A problem with its weight: a warning never stops a policy from being taken over. */
export interface Finding {
  readonly severity: 'error' | 'warning';
  readonly problem: Problem;
}

export function error(place: Place, message: string, hint = ''): Finding {
  return { severity: 'error', problem: { ...place, message, hint } };
}

export function warning(place: Place, message: string, hint = ''): Finding {
  return { severity: 'warning', problem: { ...place, message, hint } };
}

export type PathPart = string | number;
export type Path = readonly PathPart[];

/** `clusters[0].backends[1].min`; a key that is no plain word is quoted. */
export function pathText(path: Path): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else if (/^[\w-]+$/.test(part)) text += text === '' ? part : `.${part}`;
    else text += `[${JSON.stringify(part)}]`;
  }
  return text;
}

/** By file in the order read, then line, column. */
export function sortProblems(problems: readonly Problem[], files: readonly string[]): readonly Problem[] {
  const rank = (file: string): number => {
    const index = files.indexOf(file);
    return index < 0 ? files.length : index;
  };
  return problems.toSorted((a, b) => rank(a.file) - rank(b.file) || a.line - b.line || a.column - b.column);
}
