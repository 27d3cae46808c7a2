import type { Log, LogFields } from '../../src/domain/ports/log.ts';

export interface Line {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: LogFields;
}

/** A log that keeps its lines. */
export function capturedLog(): Log & { readonly lines: readonly Line[]; readonly said: () => readonly string[] } {
  const lines: Line[] = [];
  const write =
    (level: Line['level']) =>
    (message: string, fields: LogFields = {}): void => {
      lines.push({ level, message, fields });
    };
  return {
    lines,
    /** `level message` of everything but debug lines. */
    said: () => lines.filter(({ level }) => level !== 'debug').map(({ level, message }) => `${level} ${message}`),
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
  };
}
