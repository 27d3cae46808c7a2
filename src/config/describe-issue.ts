import type * as z from 'zod';
import type { Finding, Path, Place } from './problem.ts';
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
      // A text of the schema wins over the general one.
      if (!issue.message.startsWith('Invalid input')) break;
      if (issue.expected === 'array') return [wrongKind(value, 'list', rightAt(path) || 'write [ ... ]', place)];
      if (issue.expected === 'object' || issue.expected === 'record') {
        return [wrongKind(value, 'map', rightAt(path) || 'write key: value', place)];
      }
      break;
    default:
  }
  return [fromText(issue.message, place)];
}

function wrongKind(value: unknown, wanted: string, right: string, place: Place): Finding {
  return error(place, `this is ${show(value)}, not a ${wanted}`, right);
}

function fromText(text: string, place: Place): Finding {
  const split = text.indexOf('; ');
  return split < 0 ? error(place, text) : error(place, text.slice(0, split), text.slice(split + 2));
}

function unknownKey(path: Path, locate: Locate): Finding {
  const key = String(path.at(-1));
  const known = keysAt(path.slice(0, -1));
  // The schema of every type at once knows it, the one that was chosen does not.
  if (known.includes(key)) return error(locate.key(...path), 'this key belongs to another type', 'leave it out');
  const right = didYouMean(key, known, known.length === 0 ? '' : `known here: ${known.join(', ')}`);
  return error(locate.key(...path), 'this key is unknown', right);
}

function missing(path: Path, locate: Locate): Finding {
  return error(locate(...path), 'this is missing', rightAt(path));
}

function noneOf(value: unknown, values: readonly string[], place: Place): Finding {
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
