import type { TraceProblem } from '../../../backtest/trace/scan-csv.ts';

/** `load.csv:12:22: load: "x" is no number, a load of 0 or more, such as 12.5`. */
export function problemText({ file, line, column, field, message, hint }: TraceProblem): string {
  return `${file}:${String(line)}:${String(column)}: ${field === undefined ? '' : `${field}: `}${message}; right would be ${hint}`;
}
