/* What befalls answers until it is used up; faults set it. */

export interface ReplyTrouble {
  /** In capitals. */
  readonly text: string;
  readonly reply: 'late' | 'never' | 'lost';
  readonly delayMs: number;
  left: number;
}

export interface HostScriptTrouble {
  readonly verb: string;
  readonly answer: 'late' | 'never' | 'fails';
  readonly delayMs: number;
  readonly isDone: boolean;
  left: number;
}
