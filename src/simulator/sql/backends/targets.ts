import { refuse, StatementRefused, bare } from '../answer/errors.ts';
import type { DorisVersion } from '../../cluster.ts';
import { isFrom } from '../answer/table.ts';

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** What the literals of a statement about backends name: with a colon a host and port, without one an id. */
export interface Targets {
  readonly addresses: readonly HostPort[];
  readonly ids: readonly string[];
}

/** A list that mixes both forms is carried out for the addresses alone. */
export function parseTargets(literals: readonly string[]): Targets {
  const named = literals.map(stripBlanks);
  return {
    addresses: named.filter((literal) => literal.includes(':')).map(parseHostPort),
    ids: named.filter((literal) => !literal.includes(':')),
  };
}

/** SystemInfoService.getHostAndPort: `host:port` or `[v6]:port`, blanks taken out first. */
export function parseHostPort(literal: string): HostPort {
  const text = stripBlanks(literal);
  const [, host, port] = /^\[([^\]]*)\]:(.*)$/.exec(text) ?? /^([^:]*):([^:]*)$/.exec(text) ?? [];
  if (host === undefined || port === undefined) refuse(`invalid host port: ${text}`);
  if (host === '') refuse('Host is null');
  return { host, port: parsePort(port) };
}

function parsePort(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) throw new BadNumber(text, 'host:port');
  const port = Number(text);
  if (port <= 0 || port >= 65_536)
    refuse(`Encounter unknown exception: errCode = 2, detailMessage = Port is out of range: ${text}`);
  return port;
}

/** Java's Long.parseLong. */
export function parseId(text: string): string {
  if (!/^[+-]?\d{1,19}$/.test(text)) throw new BadNumber(text, 'id');
  return String(BigInt(text));
}

/** A NumberFormatException that nobody caught; each version words it in its own way. */
export class BadNumber extends Error {
  readonly value: string;
  readonly of: 'id' | 'host:port';

  constructor(value: string, of: 'id' | 'host:port') {
    super(`For input string: "${value}"`);
    this.name = 'BadNumber';
    this.value = value;
    this.of = of;
  }

  refusal(version: DorisVersion): StatementRefused {
    const detail = isFrom(version, '4.0') ? this.message : `Unexpected exception: ${this.message}`;
    const prefix = isFrom(version, '4.0') || this.of === 'host:port' ? 'errCode = 2, detailMessage = ' : '';
    return new StatementRefused(bare(prefix + detail));
  }
}

function stripBlanks(text: string): string {
  return text.replaceAll(/\s/g, '');
}
