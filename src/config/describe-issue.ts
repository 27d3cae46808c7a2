import type * as z from 'zod';
import type { Finding, Path } from './problem.ts';
import { error } from './problem.ts';
import type { Locate } from './source/located.ts';
import { valueAt } from './source/located.ts';
import { didYouMean } from './suggest.ts';
import { show } from './schema/scalars.ts';
import { exampleAt, keysAt } from './schema/json-schema.ts';

type Issue = z.core.$ZodIssue;

/** Says in words what a shape fault is and what would be right. Texts of the schema are `wrong; right`. */
export function describeIssue(issue: Issue, root: unknown, locate: Locate): readonly Finding[] {
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey([...path, key], locate));
  const value = valueAt(root, path);
  if (value === undefined) return [missing(path, locate)];
  const place = locate(...path);
  if (value === null) return [error(place, 'this is empty', rightAt(path))];
  switch (issue.code) {
    case 'invalid_value':
      if (issue.values.length > 1) return [noneOf(value, issue.values.map(String), place)];
      break;
    case 'invalid_union':
      if ('options' in issue && Array.isArray(issue.options)) return [noneOf(value, issue.options.map(String), place)];
      break;
    case 'invalid_key':
      return [
        error(locate.key(...path), `${show(path.at(-1))} cannot be a name here`, 'write letters, digits and "_"'),
      ];
    case 'invalid_type':
      if (issue.expected === 'object' || issue.expected === 'record')
        return [error(place, `this is ${kindOf(value)}, not a map`, rightOr(path, 'write key: value'))].map((finding) =>
          own(issue, finding, place),
        );
      if (issue.expected === 'array')
        return [error(place, `this is ${kindOf(value)}, not a list`, rightOr(path, 'write [ ... ]'))];
      break;
    default:
  }
  return [fromText(issue.message, place)];
}

/** A text of the schema wins over the general one. */
function own(issue: Issue, general: Finding, place: ReturnType<Locate>): Finding {
  return issue.message.startsWith('Invalid input') ? general : fromText(issue.message, place);
}

function fromText(text: string, place: ReturnType<Locate>): Finding {
  const split = text.indexOf('; ');
  return split < 0 ? error(place, text) : error(place, text.slice(0, split), text.slice(split + 2));
}

function unknownKey(path: Path, locate: Locate): Finding {
  const key = String(path.at(-1));
  const known = keysAt(path.slice(0, -1));
  return error(
    locate.key(...path),
    'this key is unknown',
    didYouMean(key, known, known.length === 0 ? '' : `known here: ${known.join(', ')}`),
  );
}

function missing(path: Path, locate: Locate): Finding {
  return error(locate(...path), 'this is missing', rightAt(path));
}

function noneOf(value: unknown, values: readonly string[], place: ReturnType<Locate>): Finding {
  const right = `write ${values.slice(0, -1).join(', ')} or ${values.at(-1) ?? ''}`;
  return error(
    place,
    `${show(value)} is not known here`,
    typeof value === 'string' ? didYouMean(value, values, right) : right,
  );
}

function rightAt(path: Path): string {
  const example = exampleAt(path);
  const key = path.at(-1);
  return example === undefined || typeof key !== 'string' ? '' : `write ${key}: ${example}`;
}

function rightOr(path: Path, fallback: string): string {
  const right = rightAt(path);
  return right === '' ? fallback : right;
}

function kindOf(value: unknown): string {
  return typeof value === 'object' ? show(value) : show(value);
}
