import { parser } from '@prometheus-io/lezer-promql';
import type { SyntaxNode } from '@lezer/common';
import { PrometheusError } from './errors.ts';

/** Adds `name="value"` to every selector of a query, so that it sees one cluster only. */
export function injectLabels(query: string, labels: Readonly<Record<string, string>>): string {
  const matchers = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  if (matchers.length === 0) return query;
  let text = query;
  for (const { node } of selectorNodes(query).toReversed()) {
    const block = node.getChild('LabelMatchers');
    if (block === null) {
      text = `${text.slice(0, node.to)}{${matchers.join(',')}}${text.slice(node.to)}`;
    } else {
      const inside = query
        .slice(block.from + 1, block.to - 1)
        .trim()
        .replace(/,$/, '');
      const all = [...(inside === '' ? [] : [inside]), ...matchers].join(',');
      text = `${text.slice(0, block.from)}{${all}}${text.slice(block.to)}`;
    }
  }
  return text;
}

/** The distinct selectors of a query without range and offset, as `timestamp()` takes them. */
export function selectorsOf(query: string): readonly string[] {
  return [...new Set(selectorNodes(query).map(({ text }) => text))];
}

function selectorNodes(query: string): readonly { readonly node: SyntaxNode; readonly text: string }[] {
  const nodes: { node: SyntaxNode; text: string }[] = [];
  parser.parse(query).iterate({
    enter: (cursor) => {
      if (cursor.type.isError) {
        throw new PrometheusError(
          'prometheus-bad-query',
          `not a PromQL query (at character ${String(cursor.from + 1)}): ${query}`,
        );
      }
      if (cursor.name === 'VectorSelector')
        nodes.push({ node: cursor.node, text: query.slice(cursor.from, cursor.to) });
    },
  });
  return nodes;
}
