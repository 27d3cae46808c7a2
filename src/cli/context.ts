import type { Clock } from '../domain/ports/clock.ts';

/** Exit codes of every command. */
export const EXIT = { fine: 0, failed: 1, badInput: 2, nothingToChange: 3 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What a command may use of the process; tests give their own. */
export interface CliContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Who runs the process by the word of the system, where it knows the name. */
  readonly user?: string | undefined;
  readonly clock: Clock;
  readonly version: string;
  /** Colour and progress only on a terminal. */
  readonly isTerminal: boolean;
  /** Results. */
  out(text: string): void;
  /** Everything else. */
  err(text: string): void;
  /** Aborted by SIGINT or SIGTERM. */
  readonly stopping: AbortSignal;
  /** SIGHUP. */
  onReload(handle: () => void): void;
  /** Set by the command that ran; 0 unless set. */
  exit(code: ExitCode): void;
}

/** Options that every command takes. */
export interface CommonOptions {
  readonly config?: string;
  readonly cluster?: string;
  readonly group?: string;
  readonly json?: boolean;
}

/** `--config`, else DORIS_AUTOSCALER_CONFIG, else ./doris-autoscaler.yaml. */
export function configPath(options: CommonOptions, context: CliContext): string {
  return options.config ?? context.env['DORIS_AUTOSCALER_CONFIG'] ?? 'doris-autoscaler.yaml';
}
