import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Document, Node, Pair, ParsedNode, Scalar, YAMLMap, YAMLParseError } from 'yaml';
import type { Finding, Path, Place } from '../problem.ts';
import { error, pathText, warning } from '../problem.ts';
import type { Places, Position } from './located.ts';

export interface SourceText {
  readonly file: string;
  readonly text: string;
}

/** One key of the top level of a file, its value not read yet. */
export interface TopLevelEntry {
  readonly key: string;
  readonly keyPlace: Position;
  /** Reads the value as standing at a path of the whole policy. */
  readonly read: (path: Path) => unknown;
  /** Items of a list, read one by one, or undefined when it is none. */
  readonly items: readonly ((path: Path) => unknown)[] | undefined;
  /** Entries of a map, or undefined when it is none. */
  readonly entries: () => readonly TopLevelEntry[] | undefined;
}

/** A policy of a thousand clusters has fewer; what aliases repeat counts each time. */
const MOST_VALUES = 200_000;
const DEEPEST = 64;

/**
 * Reads one YAML 1.2 file: aliases and merge keys (`<<`) resolved, positions kept in `places`. Never throws: what is no
 * YAML is a finding.
 */
export function readYaml(
  source: SourceText,
  places: Places,
): { readonly entries: readonly TopLevelEntry[]; readonly findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const lines = new LineCounter();
  const start: Place = { file: source.file, line: 1, column: 1, path: '' };
  let document: Document.Parsed<ParsedNode>;
  try {
    document = parseDocument(source.text, {
      lineCounter: lines,
      prettyErrors: false,
      merge: false,
      logLevel: 'silent',
    });
  } catch {
    // Only the stack can end here: the parser reports everything else as data.
    return { entries: [], findings: [error(start, 'this is nested too deeply to be read')] };
  }
  const placeOf = (offset: number): Position => {
    const at = lines.linePos(offset);
    return { file: source.file, line: Math.max(at.line, 1), column: Math.max(at.col, 1) };
  };
  for (const fault of tellingFaults(document.errors)) {
    const twice = fault.code === 'DUPLICATE_KEY';
    const place = { ...placeOf(fault.pos[0]), path: '' };
    findings.push(
      twice
        ? error(place, 'this key stands here already', 'keep one of the two')
        : error(place, `this is no YAML: ${oneLine(fault.message)}`, 'quote text that holds brackets, commas or ": "'),
    );
  }
  for (const fault of document.warnings)
    findings.push(warning({ ...placeOf(fault.pos[0]), path: '' }, oneLine(fault.message)));
  if (findings.some(({ severity }) => severity === 'error')) return { entries: [], findings };

  const root = document.contents;
  if (root === null || (isScalar(root) && root.value === null)) {
    return {
      entries: [],
      findings: [...findings, error(start, 'the file is empty', 'write at least version, store and clusters')],
    };
  }
  if (!isMap(root)) {
    return { entries: [], findings: [...findings, error(start, 'this is no map', 'write keys such as version: 1')] };
  }
  const reader = new TreeReader({ text: source.text, places, placeOf, findings });
  return { entries: reader.entriesOf(root, []), findings };
}

/** Of faults of form only the first: the others follow from it. */
function tellingFaults(faults: readonly YAMLParseError[]): readonly YAMLParseError[] {
  const form = faults.find(({ code }) => code !== 'DUPLICATE_KEY');
  return faults.filter((fault) => fault === form || fault.code === 'DUPLICATE_KEY');
}

const oneLine = (text: string): string => text.split('\n')[0]?.trim() ?? text;

function plainKey(node: Node): string | undefined {
  const value: unknown = isScalar(node) ? node.value : undefined;
  return ['string', 'number', 'boolean', 'bigint'].includes(typeof value) ? String(value) : undefined;
}

/** Turns nodes into plain data once, in the order of the file, so that an alias finds the anchor before it. */
class TreeReader {
  readonly #text: string;
  readonly #places: Places;
  readonly #placeOf: (offset: number) => Position;
  readonly #findings: Finding[];
  readonly #anchors = new Map<string, Node>();
  readonly #open = new Set<Node>();
  #values = 0;

  constructor(deps: {
    readonly text: string;
    readonly places: Places;
    readonly placeOf: (offset: number) => Position;
    readonly findings: Finding[];
  }) {
    this.#text = deps.text;
    this.#places = deps.places;
    this.#placeOf = deps.placeOf;
    this.#findings = deps.findings;
  }

  entriesOf(map: YAMLMap, path: Path): readonly TopLevelEntry[] {
    return this.#pairs(map, path).map(({ key, keyNode, value }) => ({
      key,
      keyPlace: this.#position(keyNode),
      read: (at: Path) => this.#read(value, at, keyNode),
      items: isSeq(value)
        ? value.items.map((item) => (at: Path) => this.#read(item as Node, at, undefined))
        : undefined,
      entries: () => (isMap(value) ? this.entriesOf(value, [...path, key]) : undefined),
    }));
  }

  #read(node: Node | null, path: Path, keyNode: Node | undefined): unknown {
    this.#values += 1;
    if (this.#values > MOST_VALUES || path.length > DEEPEST) {
      if (this.#values <= MOST_VALUES || this.#values === MOST_VALUES + 1) {
        this.#complain(
          node,
          path,
          this.#values > MOST_VALUES ? `more than ${MOST_VALUES} values` : `nested deeper than ${DEEPEST} levels`,
          '',
        );
      }
      return null;
    }
    const target = isAlias(node) ? this.#anchors.get(node.source) : node;
    if (isAlias(node) && target === undefined) {
      this.#complain(node, path, `no anchor &${node.source} stands before this alias`, '');
      return null;
    }
    if (target === undefined || target === null) {
      this.#place(keyNode ?? null, path, keyNode, true);
      return null;
    }
    if (this.#open.has(target)) {
      this.#complain(node, path, 'this alias contains itself', '');
      return null;
    }
    if ('anchor' in target && typeof target.anchor === 'string') this.#anchors.set(target.anchor, target);
    const container = !isScalar(target);
    this.#place(node, path, keyNode, container || target.value === null);
    if (isScalar(target)) return typeof target.value === 'bigint' ? String(target.value) : target.value;
    this.#open.add(target);
    const value = this.#readContainer(target, path);
    this.#open.delete(target);
    return value;
  }

  #readContainer(node: Node, path: Path): unknown {
    if (isSeq(node))
      return node.items.map((item, index) => this.#read(item as Node | null, [...path, index], undefined));
    if (!isMap(node)) return null;
    const map: Record<string, unknown> = {};
    for (const { key, keyNode, value } of this.#pairs(node, path)) {
      const read = this.#read(value, [...path, key], keyNode);
      // Defined, not assigned: a key named __proto__ stays a key.
      Object.defineProperty(map, key, { value: read, enumerable: true, configurable: true, writable: true });
    }
    return map;
  }

  /** The pairs of a map; those of a merge key come in where the map does not name the key itself. */
  #pairs(
    map: YAMLMap,
    path: Path,
  ): readonly { readonly key: string; readonly keyNode: Node; readonly value: Node | null }[] {
    const own = new Map<string, { readonly key: string; readonly keyNode: Node; readonly value: Node | null }>();
    const merged: Node[] = [];
    for (const pair of map.items as readonly Pair<Node, Node | null>[]) {
      const keyNode = pair.key;
      const key = plainKey(keyNode);
      if (key === undefined) {
        this.#complain(keyNode, path, 'this key is no plain word', 'write a name');
        continue;
      }
      if (key === '<<' && pair.value !== null) merged.push(...this.#mergeSources(pair.value, path));
      else own.set(key, { key, keyNode, value: pair.value });
    }
    for (const source of merged) {
      if (!isMap(source) || this.#open.has(source) || source === map) {
        this.#complain(source, path, 'only a map can be merged', 'write <<: *anchor of a map');
        continue;
      }
      this.#open.add(source);
      for (const pair of this.#pairs(source, path)) if (!own.has(pair.key)) own.set(pair.key, pair);
      this.#open.delete(source);
    }
    return [...own.values()];
  }

  #mergeSources(value: Node, path: Path): readonly Node[] {
    if (isSeq(value)) return value.items.flatMap((item) => this.#mergeSources(item as Node, path));
    if (!isAlias(value)) return [value];
    const target = this.#anchors.get(value.source);
    if (target === undefined) {
      this.#complain(value, path, `no anchor &${value.source} stands before this alias`, '');
      return [];
    }
    return isAlias(target) || isSeq(target) ? this.#mergeSources(target, path) : [target];
  }

  #place(node: Node | null, path: Path, keyNode: Node | undefined, byKey: boolean): void {
    const value = this.#position(node ?? keyNode ?? null);
    this.#places.set(path, {
      key: keyNode === undefined ? undefined : this.#position(keyNode),
      value,
      byKey,
      insideOffset: isScalar(node) ? this.#insideOffset(node) : undefined,
    });
  }

  /** How far the value's first character stands behind the scalar's start, when the two are written alike. */
  #insideOffset(node: Scalar): number | undefined {
    const [from, until] = node.range ?? [0, 0];
    const written = this.#text.slice(from, until);
    if (written === node.value) return 0;
    return written.slice(1, -1) === node.value ? 1 : undefined;
  }

  #position(node: Node | null): Position {
    return this.#placeOf(node?.range?.[0] ?? 0);
  }

  #complain(node: Node | null, path: Path, message: string, hint: string): void {
    this.#findings.push(error({ ...this.#position(node), path: pathText(path) }, message, hint));
  }
}
