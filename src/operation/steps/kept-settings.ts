import type { EpochMs } from '../../domain/instant.ts';
import type { JsonValue, StepRecord } from '../../domain/operation.ts';
import { numberIn, textIn, textsIn } from './records.ts';

type Values = Readonly<Record<string, string>>;

/** What the record `all.settings` says of each key. */
export interface KeptSettings {
  readonly found: Values;
  readonly ours: Values;
  /** What stood before the last set of a key, as long as that set is not known to be carried out. */
  readonly stood: Values;
  /** The same, where it was ours. */
  readonly replaced: Values;
  /** The error of a key's last set. */
  readonly errors: Values;
  /** What someone else was last seen to have set. */
  readonly theirs: Values;
  readonly setOn: Values;
  readonly askedAt: Values;
  readonly pending: string | undefined;
}

export function settingsOf(record: StepRecord): KeptSettings {
  const { data } = record;
  const pending = textIn(data, 'pending');
  const error = textIn(data, 'error');
  const isProven = error === undefined && numberIn(data, 'answeredAt') !== undefined;
  const unproven = (name: string): Values => (isProven ? without(textsIn(data, name), pending) : textsIn(data, name));
  return {
    found: textsIn(data, 'found'),
    ours: textsIn(data, 'ours'),
    stood: unproven('stood'),
    replaced: unproven('replaced'),
    errors:
      pending === undefined || error === undefined
        ? textsIn(data, 'errors')
        : { ...textsIn(data, 'errors'), [pending]: error },
    theirs: textsIn(data, 'theirs'),
    setOn: textsIn(data, 'setOn'),
    askedAt: textsIn(data, 'askedAt'),
    pending,
  };
}

/** The record's data with the intent to set a key. */
export function withSet(
  kept: KeptSettings,
  set: { readonly key: string; readonly ours: string; readonly identity: string; readonly now: EpochMs },
  present: Values,
): Readonly<Record<string, JsonValue>> {
  const { key } = set;
  const value = present[key];
  const before = value === undefined ? {} : { [key]: value };
  return {
    found: kept.found,
    ours: { ...kept.ours, [key]: set.ours },
    stood: { ...standing(kept.stood, key, present), ...before },
    replaced: { ...standing(kept.replaced, key, present), ...(isOurs(kept, key, value) ? before : {}) },
    errors: without(kept.errors, key),
    theirs: kept.theirs,
    setOn: { ...kept.setOn, [key]: set.identity },
    askedAt: { ...kept.askedAt, [key]: String(set.now) },
    pending: key,
  };
}

/** As we set it last, or before that if the last set was perhaps never carried out. */
export function isOurs(kept: KeptSettings, key: string, present: string | undefined): boolean {
  return present !== undefined && (present === kept.ours[key] || present === kept.replaced[key]);
}

/** Neither ours, nor as it stood before a set without proof, nor, if we never set it, as it was found: someone else did. */
export function isForeign(kept: KeptSettings, key: string, present: string | undefined): boolean {
  if (kept.ours[key] === undefined) return present !== kept.found[key];
  return !isOurs(kept, key, present) && present !== kept.stood[key];
}

/** Those of other keys that still show: where another value does, the set was carried out or someone else's was. */
function standing(values: Values, key: string, present: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([each, value]) => each !== key && present[each] === value));
}

function without(values: Values, key: string | undefined): Values {
  return Object.fromEntries(Object.entries(values).filter(([each]) => each !== key));
}
