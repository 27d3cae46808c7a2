import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';

export interface Matcher {
  readonly name: string;
  readonly op: string;
  readonly value: string;
}

/** One spelling for all ways to write a query, and the matchers that only choose among scraped targets. */
export interface NormalQuery {
  readonly text: string;
  readonly node: SyntaxNode;
  readonly targetMatchers: readonly Matcher[];
}

export class QuerySyntaxError extends Error {
  readonly position: number;
  constructor(position: number) {
    super(`1:${String(position)}: parse error: unexpected character or end of input`);
    this.name = 'QuerySyntaxError';
    this.position = position;
  }
}

/** Labels that the exported series themselves have; every other matcher can only concern the target. */
const SERIES_LABELS = new Set(['device', 'mode', 'user', 'type', 'quantile']);

/** The outermost expression of a query, without blanks and parentheses around it. */
export function parseQuery(query: string): { readonly root: SyntaxNode; readonly query: string } {
  const tree = parser.parse(query);
  tree.iterate({
    enter: (cursor) => {
      if (cursor.type.isError) throw new QuerySyntaxError(cursor.from + 1);
    },
  });
  const top = tree.topNode;
  return { root: unwrap(top.name === 'PromQL' && top.firstChild !== null ? top.firstChild : top), query };
}

export function normalise(node: SyntaxNode, query: string): NormalQuery {
  const targetMatchers: Matcher[] = [];
  return { text: print(unwrap(node), query, targetMatchers), node, targetMatchers };
}

export function unwrap(node: SyntaxNode): SyntaxNode {
  const inner = node.name === 'ParenExpr' ? node.firstChild : null;
  return inner === null ? node : unwrap(inner);
}

/** Operator, grouping labels and operand of an aggregation. */
export function aggregation(
  node: SyntaxNode,
  query: string,
): { readonly op: string; readonly by: readonly string[] | undefined; readonly operand: SyntaxNode } | undefined {
  const op = node.getChild('AggregateOp');
  const operands = node.getChild('FunctionCallBody');
  const operand = operands?.firstChild;
  if (node.name !== 'AggregateExpr' || op === null || operand === null || operand === undefined) return undefined;
  if (operand.nextSibling !== null) return undefined;
  const modifier = node.getChild('AggregateModifier');
  if (modifier !== null && modifier.getChild('By') === null) return undefined;
  const labels = modifier?.getChild('GroupingLabels')?.getChildren('LabelName');
  return {
    op: slice(op, query).toLowerCase(),
    by: labels?.map((label) => slice(label, query)),
    operand: unwrap(operand),
  };
}

function print(node: SyntaxNode, query: string, matchers: Matcher[]): string {
  const part = (each: SyntaxNode): string => print(unwrap(each), query, matchers);
  const parts = aggregation(node, query);
  if (parts !== undefined) {
    const by = parts.by === undefined ? '' : ` by (${parts.by.toSorted().join(',')})`;
    return `${parts.op}${by}(${part(parts.operand)})`;
  }
  switch (node.name) {
    case 'BinaryExpr':
      return `(${children(node).map(part).join(' ')})`;
    case 'FunctionCall':
      return `${slice(node.firstChild ?? node, query)}(${children(node.lastChild ?? node)
        .map(part)
        .join(',')})`;
    case 'MatrixSelector':
      // Any range does: the load between two scrapes is known exactly.
      return `${part(node.firstChild ?? node)}[]`;
    case 'VectorSelector':
      return selector(node, query, matchers);
    default:
      return slice(node, query).replace(/\s+/g, '');
  }
}

function selector(node: SyntaxNode, query: string, matchers: Matcher[]): string {
  const metric = node.getChild('Identifier');
  const found = children(node.getChild('LabelMatchers')).map((each): Matcher => {
    const name = each.getChild('LabelName') ?? each.getChild('QuotedLabelName');
    const text = each.getChild('StringLiteral');
    return {
      name: name === null ? '' : slice(name, query),
      op: slice(each.getChild('MatchOp') ?? each, query),
      value: text === null ? '' : unquote(slice(text, query)),
    };
  });
  matchers.push(...found.filter(({ name }) => !SERIES_LABELS.has(name)));
  const kept = found
    .filter(({ name }) => SERIES_LABELS.has(name))
    .map(({ name, op, value }) => `${name}${op}"${value}"`);
  return `${metric === null ? '' : slice(metric, query)}{${kept.toSorted().join(',')}}`;
}

function unquote(text: string): string {
  if (text.startsWith('`')) return text.slice(1, -1);
  return text.slice(1, -1).replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char));
}

function children(node: SyntaxNode | null): readonly SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node?.firstChild ?? null; child !== null; child = child.nextSibling) found.push(child);
  return found;
}

function slice(node: SyntaxNode, query: string): string {
  return query.slice(node.from, node.to);
}
