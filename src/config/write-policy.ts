import { Document, isMap, isScalar, isSeq, visit } from 'yaml';
import type { Node, YAMLMap, YAMLSeq } from 'yaml';
import type { Path } from './problem.ts';

/** What stands above a key or an item, a line each. */
export interface PolicyComment {
  readonly path: Path;
  readonly lines: readonly string[];
}

const LINE_WIDTH = 120;
const MOST_ENTRIES = 6;
/** What is longer would be broken within its braces. */
const LONGEST_FLOW = 96;

/** A policy as YAML, with comments. */
export function writePolicy(
  words: Readonly<Record<string, unknown>>,
  comments: readonly PolicyComment[],
  head: readonly string[],
): string {
  const document = new Document(words);
  visit(document, {
    Scalar(_key, node) {
      // Times and addresses are quoted, as every example does.
      if (typeof node.value === 'string' && node.value.includes(':')) node.type = 'QUOTE_DOUBLE';
    },
    Collection(_key, node) {
      if (isShort(node)) node.flow = true;
    },
  });
  for (const { path, lines } of comments) {
    const parent = document.getIn(path.slice(0, -1), true);
    const last = path.at(-1);
    const node = isSeq(parent) ? parent.items[Number(last)] : isMap(parent) ? keyIn(parent, String(last)) : undefined;
    if (isNode(node)) node.commentBefore = commentOf(lines);
  }
  if (head.length > 0) document.commentBefore = commentOf(head);
  return document.toString({ lineWidth: LINE_WIDTH });
}

/** Few plain values, and lists of them, stand on one line. */
function isShort(node: YAMLMap | YAMLSeq): boolean {
  if (JSON.stringify(node.toJSON()).length > LONGEST_FLOW) return false;
  const values = isMap(node) ? node.items.map(({ value }) => value) : node.items;
  const isPlain = (value: unknown): boolean => isScalar(value) || (isSeq(value) && value.items.every(isScalar));
  return isSeq(node) ? values.every(isScalar) : values.length <= MOST_ENTRIES && values.every(isPlain);
}

function keyIn(map: YAMLMap, key: string): unknown {
  return map.items.find((pair) => isScalar(pair.key) && pair.key.value === key)?.key;
}

function isNode(value: unknown): value is Node {
  return isScalar(value) || isMap(value) || isSeq(value);
}

function commentOf(lines: readonly string[]): string {
  return lines.map((line) => (line === '' ? '' : ` ${line}`)).join('\n');
}
