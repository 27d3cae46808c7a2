import type { DorisVersion } from '../../cluster.ts';
import { CONFIG_KEYS } from './keys.ts';

export interface ConfigKey {
  readonly key: string;
  readonly type: string;
  readonly mutable: boolean;
  readonly masterOnly: boolean;
  readonly value: string;
}

/** What 3.0 has otherwise than 2.1 (d6132bb73c). */
const IN_30: ReadonlyMap<string, string> = new Map([['enable_multi_tags', 'true']]);

/** Sorted by key. */
export const CONFIG_DEFAULTS: Readonly<Record<DorisVersion, ReadonlyMap<string, ConfigKey>>> = {
  '2.1': read('<4 '),
  '3.0': read('<4 ', IN_30),
  '4.0': read('>4 '),
};

function read(marker: string, values: ReadonlyMap<string, string> = new Map()): ReadonlyMap<string, ConfigKey> {
  const keys = new Map<string, ConfigKey>();
  for (const line of CONFIG_KEYS.trim().split('\n')) {
    const [, mark = '', key = '', type = '', flags = '', value = ''] =
      /^([<>]4 )?([^|]*)\|([^|]*)\|([^|]*)\|(.*)$/.exec(line) ?? [];
    if (mark !== '' && mark !== marker) continue;
    keys.set(key, {
      key,
      type,
      mutable: flags.includes('m'),
      masterOnly: flags.includes('M'),
      value: values.get(key) ?? value,
    });
  }
  return keys;
}
