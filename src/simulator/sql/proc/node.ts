import type { SqlAnswer } from '../../cluster.ts';
import type { Execution } from '../statement.ts';

/** One path of SHOW PROC. A segment in braces is handed over. */
export interface ProcNode {
  readonly path: string;
  readonly show: (execution: Execution, segments: readonly string[]) => SqlAnswer;
}
