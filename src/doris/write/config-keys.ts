import { DorisStatementFailed } from '../errors.ts';

interface Range {
  readonly least: number;
  readonly most: number;
}

/** Clones at a time for one disk. The FE takes -1 and 0 without a word; 0 stops repair. */
const SLOTS: Range = { least: 1, most: 1000 };

/** The only keys that are ever set. The FE checks types, not ranges. */
const KEYS: ReadonlyMap<string, Range | 'boolean'> = new Map<string, Range | 'boolean'>([
  ['schedule_slot_num_per_hdd_path', SLOTS],
  ['schedule_slot_num_per_ssd_path', SLOTS],
  ['balance_slot_num_per_path', SLOTS],
  ['drop_backend_after_decommission', 'boolean'],
]);

/** Throws DorisStatementFailed for a key that is not ours to set or a value out of range. */
export function checkConfig(key: string, value: string): void {
  const range = KEYS.get(key);
  if (range === undefined)
    throw new DorisStatementFailed(
      `${JSON.stringify(key)} is no FE config key that is ever set; those are ${[...KEYS.keys()].join(', ')}`,
    );
  if (range === 'boolean') {
    if (value !== 'true' && value !== 'false')
      throw new DorisStatementFailed(`${key} is true or false, not ${JSON.stringify(value)}`);
    return;
  }
  const number = /^\d{1,6}$/.test(value) ? Number(value) : NaN;
  if (!(number >= range.least && number <= range.most)) {
    throw new DorisStatementFailed(
      `${key} lies between ${String(range.least)} and ${String(range.most)}, not at ${JSON.stringify(value)}`,
    );
  }
}
