import { pino, stdTimeFunctions } from 'pino';
import type { DestinationStream, Logger } from 'pino';
import pretty from 'pino-pretty';
import type { Log } from '../domain/ports/log.ts';

/** Keys whose values never reach a log, at any depth up to three. */
const SECRET_KEYS = ['password', 'token', 'changeToken', 'authorization', 'secret', 'bearer'];

export interface LogOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  /** Coloured lines for a terminal instead of JSON. */
  readonly pretty: boolean;
  /** Standard output unless given. */
  readonly destination?: DestinationStream;
}

/** JSON lines with the record's own field names, or lines for people on a terminal; secrets are redacted. */
export function pinoLog(options: LogOptions): Log & { readonly flush: () => void } {
  const paths = SECRET_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]);
  const settings = {
    level: options.level,
    base: null,
    redact: { paths, censor: '[redacted]' },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  const destination = options.pretty
    ? pretty({
        colorize: true,
        translateTime: 'SYS:HH:MM:ss',
        ignore: 'pid,hostname',
        sync: true,
        ...(options.destination === undefined ? {} : { destination: options.destination }),
      })
    : options.destination;
  const logger: Logger = destination === undefined ? pino(settings) : pino(settings, destination);
  const write =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}): void => {
      const { error, ...rest } = fields;
      logger[level](error === undefined ? rest : { ...rest, err: error }, message);
    };
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    flush: () => {
      logger.flush();
    },
  };
}
