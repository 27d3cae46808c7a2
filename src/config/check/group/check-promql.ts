import { parser } from '@prometheus-io/lezer-promql';
import type { Finding } from '../../problem.ts';
import { error } from '../../problem.ts';
import type { Locate } from '../../source/located.ts';

/** A query must parse as PromQL and select something; the first fault is pointed at. */
export function checkPromql(query: string, locate: Locate): readonly Finding[] {
  let faultAt: number | undefined;
  let selects = false;
  parser.parse(query).iterate({
    enter: (node) => {
      if (node.type.isError) faultAt ??= node.from;
      if (node.name === 'VectorSelector') selects = true;
    },
  });
  if (faultAt !== undefined) {
    const near = query.slice(faultAt, faultAt + 20).trim();
    const where = near === '' ? 'it ends too early' : `character ${faultAt + 1}, at "${near}"`;
    return [
      error(locate.inside([], faultAt), `this is no PromQL: ${where}`, 'write one expression that Prometheus accepts'),
    ];
  }
  return selects
    ? []
    : [error(locate(), 'this query selects no series', 'write a metric, such as sum(rate(requests_total[5m]))')];
}
