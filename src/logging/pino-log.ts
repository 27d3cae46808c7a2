import { pino, stdTimeFunctions } from 'pino';
import type { DestinationStream, Logger } from 'pino';
import type { Log, LogFields } from '../domain/ports/log.ts';
import { redactor } from './redact.ts';

export interface LogOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  /** Lines for people on a terminal instead of JSON. */
  readonly pretty: boolean;
  /** Only with `pretty`. */
  readonly colour?: boolean;
  /** Standard output unless given. */
  readonly destination?: DestinationStream;
}

export interface PinoLog extends Log {
  /** Texts that no line may show from now on, in whatever field, message or error they turn up. */
  readonly hide: (secrets: readonly string[]) => void;
  readonly flush: () => void;
}

/** JSON lines with the record's own field names, or lines for people on a terminal; secrets are redacted. */
export async function pinoLog(options: LogOptions): Promise<PinoLog> {
  const redact = redactor();
  const settings = {
    level: options.level,
    base: null,
    // The redactor has made an object of it; pino's own would name its type again.
    serializers: { err: (error: unknown) => error },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  const destination = options.pretty ? await prettyLines(options) : options.destination;
  const logger: Logger = destination === undefined ? pino(settings) : pino(settings, destination);
  const write =
    (level: LogOptions['level']) =>
    (message: string, fields: LogFields = {}): void => {
      if (!logger.isLevelEnabled(level)) return;
      const { error, ...rest } = fields;
      const shown = redact.fields(error === undefined ? rest : { ...rest, err: error });
      logger[level](shown, redact.text(message));
    };
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    hide: (secrets) => {
      redact.hide(secrets);
    },
    flush: () => {
      logger.flush();
    },
  };
}

/** Loaded only for a terminal: a daemon without one starts the sooner. */
async function prettyLines({ colour = false, destination }: LogOptions): Promise<DestinationStream> {
  const { default: pretty } = await import('pino-pretty');
  return pretty({
    colorize: colour,
    translateTime: 'SYS:HH:MM:ss',
    ignore: 'pid,hostname',
    sync: true,
    ...(destination === undefined ? {} : { destination }),
  });
}
