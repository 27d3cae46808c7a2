import type { DorisVersion } from '../../cluster.ts';

/** Command bytes that an FE is asked. */
export const COMMANDS = {
  quit: 0x01,
  initDb: 0x02,
  query: 0x03,
  fieldList: 0x04,
  statistics: 0x09,
  debug: 0x0d,
  ping: 0x0e,
  changeUser: 0x11,
  prepare: 0x16,
  execute: 0x17,
  closeStatement: 0x19,
  resetStatement: 0x1a,
  setOption: 0x1b,
  resetConnection: 0x1f,
} as const;

/** Names as an FE prints them. */
const NAMES: Readonly<Record<number, string>> = {
  0x00: 'Sleep',
  0x02: 'Init DB',
  0x04: 'Field List',
  0x05: 'Create DB',
  0x06: 'Drop DB',
  0x07: 'Refresh',
  0x08: 'Shutdown',
  0x09: 'Statistics',
  0x0a: 'Processlist',
  0x0b: 'Connect',
  0x0c: 'Kill',
  0x0d: 'Debug',
  0x0f: 'Time',
  0x11: 'Change user',
  0x12: 'Binlog Dump',
  0x1b: 'COM_SET_OPTION',
  0x1f: 'COM_RESET_CONNECTION',
};

/** Commands that a version does not carry out although others do. */
const UNSUPPORTED: Readonly<Record<DorisVersion, readonly number[]>> = {
  '2.1': [COMMANDS.changeUser, COMMANDS.resetConnection],
  '3.0': [COMMANDS.setOption, COMMANDS.resetConnection],
  '4.0': [],
};

export function isSupported(command: number, version: DorisVersion): boolean {
  return Object.values<number>(COMMANDS).includes(command) && !UNSUPPORTED[version].includes(command);
}

export function unsupported(command: number): { errno: number; sqlState: string; message: string } {
  const name = NAMES[command] ?? `Unknown(${String(command)})`;
  return { errno: 1047, sqlState: '08S01', message: `Unsupported command(${name})` };
}
