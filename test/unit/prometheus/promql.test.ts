import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PRESETS } from '../../../src/prometheus/promql/presets.ts';
import { injectLabels, selectorsOf } from '../../../src/prometheus/promql/promql.ts';
import { PrometheusError } from '../../../src/prometheus/query/errors.ts';

const LABELS = { cluster: 'analytics' };

describe('labels are added to every selector', () => {
  it.each([
    ['a bare metric', 'load', 'load{cluster="analytics"}'],
    ['empty braces', 'load{}', 'load{cluster="analytics"}'],
    ['a selector with matchers', 'load{job="doris"}', 'load{cluster="analytics",job="doris"}'],
    ['a trailing comma', 'load{job="doris",}', 'load{cluster="analytics",job="doris",}'],
    ['a selector without a name', '{__name__="load"}', '{cluster="analytics",__name__="load"}'],
    ['a range', 'rate(load[5m])', 'rate(load{cluster="analytics"}[5m])'],
    ['an offset', 'load offset 1d', 'load{cluster="analytics"} offset 1d'],
    ['a subquery', 'max_over_time(load[1h:5m])', 'max_over_time(load{cluster="analytics"}[1h:5m])'],
    ['both operands', 'sum(a) / sum(b{x="y"})', 'sum(a{cluster="analytics"}) / sum(b{cluster="analytics",x="y"})'],
    ['grouping labels are no selectors', 'sum by (load) (load)', 'sum by (load) (load{cluster="analytics"})'],
    ['a brace within a value', 'load{path="/a{b}"}', 'load{cluster="analytics",path="/a{b}"}'],
    ['a comment at the end of the matchers', 'load{x="y" # {z}\n}', 'load{cluster="analytics",x="y" # {z}\n}'],
    ['the same label with another value finds nothing', 'load{cluster="b"}', 'load{cluster="analytics",cluster="b"}'],
  ])('%s', (_what, query, expected) => {
    expect(injectLabels(query, LABELS)).toBe(expected);
  });

  it('several, with every character that a value may have', () => {
    expect(injectLabels('load', { cluster: 'a"b\\c\n', env: 'prod' })).toBe('load{cluster="a\\"b\\\\c\\n",env="prod"}');
  });

  it('no labels leave a query as it is', () => {
    expect(injectLabels('sum( load )', {})).toBe('sum( load )');
  });

  it.each(['sum(', 'load{', 'load }', 'rate(load[5])) by'])(
    'what is no PromQL is an error that quotes it: %s',
    (query) => {
      expect(() => injectLabels(query, LABELS)).toThrow(PrometheusError);
      expect(() => injectLabels(query, LABELS)).toThrow(query);
    },
  );

  it('as many selectors as before, each with the matcher, whatever the label says', () => {
    const queries = fc.constantFrom(
      ...Object.values(PRESETS).map((preset) => preset.query.replaceAll('%I', 'instance')),
    );
    fc.assert(
      fc.property(queries, fc.string(), (query, value) => {
        const selectors = (text: string): readonly string[] => selectorsOf(text).flat();
        const injected = selectors(injectLabels(query, { cluster: value }));
        expect(injected).toHaveLength(selectors(query).length);
        for (const selector of injected) expect(selector).toContain(`{cluster=${JSON.stringify(value)}`);
      }),
    );
  });
});

describe('the selectors whose samples lie behind a query', () => {
  it.each([
    ['one', 'sum(rate(load{x="y"}[5m]))', [['load{x="y"}']]],
    ['the same twice counts once', 'load / load', [['load']]],
    ['both operands of an arithmetic', 'a / b', [['a'], ['b']]],
    ['either operand of an or', 'a or b', [['a', 'b']]],
    ['a chain of or', 'a or b or c', [['a', 'b', 'c']]],
    ['or with a constant', 'sum(a) or vector(0)', [['a']]],
    ['an or within a sum', 'a + (b or c)', [['a'], ['b', 'c']]],
    ['what only takes away is left out', 'a unless b', [['a']]],
    ['without range and offset', 'increase(a[1h] offset 1d)', [['a']]],
    ['none', 'vector(1)', []],
  ])('%s', (_what, query, expected) => {
    expect(selectorsOf(query)).toEqual(expected);
  });
});
