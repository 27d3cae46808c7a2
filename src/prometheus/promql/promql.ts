import { parser } from '@prometheus-io/lezer-promql';
import type { SyntaxNode } from '@lezer/common';
import { PrometheusError } from '../query/errors.ts';

/** Adds `name="value"` to every selector of a query, so that it sees one cluster only. Throws PrometheusError. */
export function injectLabels(query: string, labels: Readonly<Record<string, string>>): string {
  const matchers = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  if (matchers.length === 0) return query;
  let text = query;
  for (const node of selectorNodes(query).toReversed()) {
    const block = node.getChild('LabelMatchers');
    if (block === null) {
      text = `${text.slice(0, node.to)}{${matchers.join(',')}}${text.slice(node.to)}`;
    } else {
      // In front of what is there: a comma or a comment at its end stays where it was.
      const comma = block.firstChild === null ? '' : ',';
      text = `${text.slice(0, block.from + 1)}${matchers.join(',')}${comma}${text.slice(block.from + 1)}`;
    }
  }
  return text;
}

/**
 * The distinct selectors of a query, without range and offset, as `timestamp()` takes them. Each entry is a list of
 * alternatives, the operands of one `or`: a sample behind one of them suffices. What stands right of `unless` only takes away
 * and is left out. Throws PrometheusError.
 */
export function selectorsOf(query: string): readonly (readonly string[])[] {
  const alternatives = new Map<string, Set<string>>();
  for (const node of selectorNodes(query)) {
    if (onlyTakesAway(node)) continue;
    const text = query.slice(node.from, node.to);
    const place = outermostOr(node);
    const name = place === undefined ? text : String(place.from);
    alternatives.set(name, (alternatives.get(name) ?? new Set()).add(text));
  }
  return [...alternatives.values()].map((texts) => [...texts]);
}

function selectorNodes(query: string): readonly SyntaxNode[] {
  const nodes: SyntaxNode[] = [];
  parser.parse(query).iterate({
    enter: (cursor) => {
      if (cursor.type.isError) {
        throw new PrometheusError(
          'prometheus-bad-query',
          `not a PromQL query (at character ${String(cursor.from + 1)}): ${query}`,
        );
      }
      if (cursor.name === 'VectorSelector') nodes.push(cursor.node);
    },
  });
  return nodes;
}

function outermostOr(node: SyntaxNode): SyntaxNode | undefined {
  let found: SyntaxNode | undefined;
  for (let above = node.parent; above !== null; above = above.parent) {
    if (above.getChild('Or') !== null) found = above;
  }
  return found;
}

function onlyTakesAway(node: SyntaxNode): boolean {
  for (let above = node; above.parent !== null; above = above.parent) {
    const unless = above.parent.getChild('Unless');
    if (unless !== null && above.from >= unless.to) return true;
  }
  return false;
}
