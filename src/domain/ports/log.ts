export type LogFields = Readonly<Record<string, unknown>>;

/** Static message plus fields; secrets never reach it. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}
