/** A change that waits for a majority of followers. */
export interface WaitingWriteState {
  readonly text: string;
  readonly sinceMs: number;
  /** Answered by the next majority, or lost with the master (2.1, after 91 s). */
  outcome: 'waiting' | 'done' | 'lost';
  /** Takes the visible change back when it is lost. */
  readonly undo?: () => void;
  /** Until 2.1 the change is not visible while it waits: called once when the outcome becomes `done`. */
  readonly apply?: () => void;
}
