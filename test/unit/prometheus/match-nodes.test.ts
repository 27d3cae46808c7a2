import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describe as print, instanceOf, matchNodes } from '../../../src/prometheus/match-nodes.ts';
import type { MatchableNode } from '../../../src/prometheus/match-nodes.ts';

const PLAIN = { instanceLabel: 'instance', instanceMap: {} };

function node(host: string, httpPort = 8040): MatchableNode {
  return { address: `${host}:${String(httpPort + 1010)}`, host, httpPort, group: 'default' };
}

function series(...instances: readonly string[]): readonly { readonly labels: { readonly instance: string } }[] {
  return instances.map((instance) => ({ labels: { instance } }));
}

describe('series are matched to nodes', () => {
  it.each([
    ['by host, whatever the port of the exporter', ['10.0.0.1'], ['10.0.0.1:9100'], ['10.0.0.1:9050']],
    ['by host without a port', ['10.0.0.1'], ['10.0.0.1'], ['10.0.0.1:9050']],
    ['by a name in other capitals', ['be1.Example'], ['BE1.example:8040'], ['be1.Example:9050']],
    ['an IPv6 address stands in brackets', ['fe80::1'], ['[fe80::1]:8040'], ['fe80::1:9050']],
    ['a name that only begins alike is another host', ['be1'], ['be10:8040'], []],
  ])('%s', (_what, hosts, instances, expected) => {
    const matched = matchNodes(
      series(...instances),
      hosts.map((host) => node(host)),
      PLAIN,
    );
    expect([...matched.nodes.keys()]).toEqual(expected);
    expect(matched.foreign).toEqual(expected.length === 0 ? instances : []);
  });

  it('by http port where several share a host', () => {
    const nodes = [node('10.0.0.1', 8040), node('10.0.0.1', 8140), node('10.0.0.2')];
    const matched = matchNodes(
      series('10.0.0.1:8140', '10.0.0.1:8040', '10.0.0.1:9100', '10.0.0.2:9100'),
      nodes,
      PLAIN,
    );
    expect([...matched.nodes].map(([address, { labels }]) => [address, labels.instance])).toEqual([
      ['10.0.0.1:9150', '10.0.0.1:8140'],
      ['10.0.0.1:9050', '10.0.0.1:8040'],
      ['10.0.0.2:9050', '10.0.0.2:9100'],
    ]);
    expect(matched.foreign).toEqual(['10.0.0.1:9100']);
  });

  it('by another label, through the map of names', () => {
    const policy = { instanceLabel: 'pod', instanceMap: { 'be-0': '10.0.0.1:8040' } };
    const given = [{ labels: { pod: 'be-0', instance: '10.9.9.9:1' } }, { labels: { pod: 'be-1' } }];
    const matched = matchNodes(given, [node('10.0.0.1')], policy);
    expect([...matched.nodes.keys()]).toEqual(['10.0.0.1:9050']);
    expect(matched.foreign).toEqual(['be-1']);
  });

  it('a series without the label is named by all its labels', () => {
    expect(matchNodes([{ labels: { job: 'x"y' } }], [node('10.0.0.1')], PLAIN).foreign).toEqual(['{job="x\\"y"}']);
    expect(instanceOf({ job: 'x' }, PLAIN).host).toBe('');
  });

  it('two of one node are an error that names both', () => {
    const given = [{ labels: { instance: 'a:8040', device: '1' } }, { labels: { instance: 'a:8040', device: '2' } }];
    expect([...matchNodes(given, [node('a'), node('b')], PLAIN).ambiguous]).toEqual([
      ['a:9050', '{instance="a:8040", device="1"} and {instance="a:8040", device="2"} both belong to a:9050'],
    ]);
  });

  it('every series is of one node or foreign; with the nodes’ own addresses none is foreign', () => {
    const nodes = fc.uniqueArray(
      fc.record({ host: fc.constantFrom('a', 'b', 'c'), httpPort: fc.constantFrom(1, 2, 3) }),
      { selector: ({ host, httpPort }) => `${host}:${String(httpPort)}`, maxLength: 9 },
    );
    fc.assert(
      fc.property(nodes, (given) => {
        const all = given.map(({ host, httpPort }) => node(host, httpPort));
        const own = series(...given.map(({ host, httpPort }) => `${host}:${String(httpPort)}`));
        const matched = matchNodes(own, all, PLAIN);
        expect(matched.nodes.size).toBe(all.length);
        expect(matched.foreign).toEqual([]);
        for (const each of all) {
          expect(matched.nodes.get(each.address)?.labels.instance).toBe(`${each.host}:${String(each.httpPort)}`);
        }
      }),
    );
  });

  it('prints labels as Prometheus does', () => {
    expect(print({ instance: 'a:1', job: 'be' })).toBe('{instance="a:1", job="be"}');
    expect(print({})).toBe('{}');
  });
});
