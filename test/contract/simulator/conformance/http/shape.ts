/*
 * Two JSON answers are alike when they have the same members in the same nesting, and every text is of the same kind: the same
 * words, or a size where a size was, an instant where an instant was.
 */

const KINDS: readonly (readonly [kind: string, pattern: RegExp])[] = [
  ['boolean', /^(true|false)$/],
  ['instant', /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/],
  ['size', /^\d+\.\d{3} ([KMGT]?B)?$/],
  ['memory', /^\d+\.\d\d ([KMGT]?B)?$/],
  ['percent', /^\d+\.\d\d %$/],
  ['number', /^-?\d+$/],
  ['decimal', /^-?\d+\.\d+(E-?\d+)?$/],
  ['version', /^doris-\d+\.\d+\.\d+/],
  ['build', /^(trunk|rc\d+|)$/],
  ['build time', /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [A-Z]{3}$/],
  ['commit', /^git:\/\/[a-z]+@[0-9a-f]+$/],
];
/** Names are random, ids count up, and the first table that stands in the way is the first of a hash map. */
const ARBITRARY: readonly (readonly [RegExp, string])[] = [
  [/fe_[0-9a-f]{8}_[0-9a-f_]{27}/g, 'fe_NAME'],
  [/partition \S+ of table \S+/g, 'partition P of table T'],
  [/(?<=\/backends\/)\d+/g, 'ID'],
];

/** Where two answers are not alike: a path such as `data.rows[3]` and what is wrong there. Empty when they are. */
export function differences(recorded: unknown, simulated: unknown, at = ''): readonly string[] {
  if (Array.isArray(recorded) && Array.isArray(simulated)) return inLists(recorded, simulated, at);
  if (isObject(recorded) && isObject(simulated)) return inObjects(recorded, simulated, at);
  if (typeof recorded === 'string' && typeof simulated === 'string') return inTexts(recorded, simulated, at);
  if (typeof recorded === 'number' && typeof simulated === 'number') return [];
  return recorded === simulated ? [] : [`${at}: ${JSON.stringify(recorded)} is ${JSON.stringify(simulated)}`];
}

/** A list without structure is a row, or a list of names in any order. Of other lists each member is like one of theirs. */
function inLists(recorded: readonly unknown[], simulated: readonly unknown[], at: string): readonly string[] {
  if (recorded.length === 0 || simulated.length === 0) return [];
  if (isRow(recorded) && isRow(simulated) && recorded.length === simulated.length) {
    const inOrder = inRows(recorded, simulated, at);
    if (inOrder.length === 0 || inRows(recorded.toSorted(), simulated.toSorted(), at).length === 0) return [];
    return inOrder;
  }
  const same = new Set(recorded.map((each) => JSON.stringify(each)));
  return simulated.flatMap((each, index) => {
    if (same.has(JSON.stringify(each))) return [];
    let least: readonly string[] | undefined;
    for (const one of recorded) {
      const found = differences(one, each, `${at}[${String(index)}]`);
      if (found.length === 0) return [];
      if (least === undefined || found.length < least.length) least = found;
    }
    return least ?? [];
  });
}

function inRows(recorded: readonly unknown[], simulated: readonly unknown[], at: string): readonly string[] {
  return recorded.flatMap((each, index) => differences(each, simulated[index], `${at}[${String(index)}]`));
}

function isRow(list: readonly unknown[]): boolean {
  return list.every((each) => typeof each === 'string');
}

function inObjects(
  recorded: Readonly<Record<string, unknown>>,
  simulated: Readonly<Record<string, unknown>>,
  at: string,
): readonly string[] {
  const names = [...new Set([...Object.keys(recorded), ...Object.keys(simulated)])];
  return names.flatMap((name) => {
    const here = at === '' ? name : `${at}.${name}`;
    if (!(name in simulated)) return [`${here}: missing`];
    if (!(name in recorded)) return [`${here}: more than was recorded`];
    return differences(recorded[name], simulated[name], here);
  });
}

function inTexts(recorded: string, simulated: string, at: string): readonly string[] {
  if (plain(recorded) === plain(simulated)) return [];
  const [then, now] = [kindOf(recorded), kindOf(simulated)];
  if (then !== undefined && (then === now || isSparse(then, now))) return [];
  const [object, other] = [parsed(recorded), parsed(simulated)];
  if (isObject(object) && isObject(other)) return differences(object, other, `${at}{}`);
  return [`${at}: "${recorded}" is "${simulated}"`];
}

function plain(text: string): string {
  return ARBITRARY.reduce((words, [pattern, word]) => words.replaceAll(pattern, word), text);
}

/** 0.000 bytes and 0.00 of memory have no unit and may stand for each other. */
function isSparse(one: string, other: string | undefined): boolean {
  return ['size', 'memory'].includes(one) && other !== undefined && ['size', 'memory'].includes(other);
}

function kindOf(text: string): string | undefined {
  return KINDS.find(([, pattern]) => pattern.test(text))?.[0];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
