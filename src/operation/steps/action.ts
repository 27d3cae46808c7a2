import type { OperationProgress, StepRecord } from '../../domain/operation.ts';
import type { Effect } from './effect.ts';
import type { StepNotice } from './step.ts';

/** Something to write down, or an intent to write down and then carry out. In order, each on disk before the next. */
export type Action =
  | { readonly does: 'write'; readonly record: StepRecord; readonly notice?: StepNotice }
  | { readonly does: 'effect'; readonly record: StepRecord; readonly effect: Effect };

export interface Wait {
  readonly reason: string;
  readonly forMs: number;
  readonly forWindow: boolean;
  readonly progress: OperationProgress | undefined;
}
