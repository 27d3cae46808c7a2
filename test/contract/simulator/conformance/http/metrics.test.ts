import { describe, expect, it } from 'vitest';
import { frontendCoreMetrics, frontendMetrics } from '../../../../../src/simulator/exposition/frontend-metrics.ts';
import { type RecordedVersion, recordedExchanges } from './recorded.ts';
import { SCENES } from './scenes.ts';

interface Family {
  /** HELP and TYPE as they stand. */
  readonly headers: readonly string[];
  /** `name{labels} ` with the blanks that are there, without values. */
  readonly series: readonly string[];
  readonly values: readonly string[];
}

/** Whoever asked, and what it was asked to do, differs from cluster to cluster. */
const WHO_ASKED = /user="[^"]*"|method="[^"]*"|version="[^"]*", major|task="[^"]*"/;
function parse(text: string): ReadonlyMap<string, Family> {
  const families = new Map<string, { headers: string[]; series: string[]; values: string[] }>();
  let name = '';
  for (const line of text.split('\n').filter((each) => each !== '')) {
    const header = /^# (HELP|TYPE) {1,2}([a-z0-9_]+)/.exec(line);
    name = header?.[2] ?? name;
    const family = families.get(name) ?? { headers: [], series: [], values: [] };
    families.set(name, family);
    if (header !== null) {
      family.headers.push(line);
      continue;
    }
    const [, series = '', value = ''] = /^(.*) (\S+)$/.exec(line) ?? [];
    if (WHO_ASKED.test(series)) continue;
    family.series.push(series);
    family.values.push(value);
  }
  return families;
}

function recordedMetrics(version: RecordedVersion, path = '/metrics'): string {
  const found = recordedExchanges(version, 'http').find((each) => each.path === path && each.auth === 'none');
  if (found === undefined) throw new Error(`${path} was not recorded`);
  return found.body;
}

describe.each(['2.1', '4.0'] as const)('/metrics of an FE of version %s', (version) => {
  const scene = SCENES[version]['http']?.();
  if (scene === undefined) throw new Error('there is no scene');
  const master = scene.state.masterHost ?? '';
  const translate = (text: string): string =>
    scene.translate(text).replaceAll(/be="([\d.]+)"/g, (_, host: string) => `be=${scene.translate(`"${host}"`)}`);
  const recorded = parse(translate(recordedMetrics(version)));
  const simulated = parse(frontendMetrics(scene.state, master) ?? '');

  it('has the families that were recorded, and no others', () => {
    expect([...simulated.keys()].toSorted()).toEqual([...recorded.keys()].toSorted());
  });

  it.each([...recorded.keys()])('%s has its lines', (name) => {
    const [then, now] = [recorded.get(name), simulated.get(name)];
    expect(now?.headers).toEqual(then?.headers);
    expect(now?.series.toSorted()).toEqual(then?.series.toSorted());
  });

  it('prints doubles and longs where they were', () => {
    const isDouble = (value: string): boolean => /[.E]/.test(value);
    const wrong = [...recorded].flatMap(([name, { series, values }]) => {
      const now = simulated.get(name);
      return series
        .map((each, index) => ({ each, then: values[index] ?? '', now: now?.values[now.series.indexOf(each)] ?? '' }))
        .filter(({ then, now: value }) => isDouble(then) !== isDouble(value));
    });
    expect(wrong).toEqual([]);
  });

  it('counts queries without a label and again by user', () => {
    const lines = (frontendMetrics(scene.state, master) ?? '')
      .split('\n')
      .filter((line) => line.startsWith('doris_fe_query_total'));
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/^doris_fe_query_total \d+$/);
    expect(lines.slice(1).every((line) => /^doris_fe_query_total\{user="\w+"\} \d+$/.test(line))).toBe(true);
  });

  it('as type=core has the lines that were recorded', () => {
    const names = (text: string): readonly string[] =>
      [
        ...new Set(
          text
            .trim()
            .split('\n')
            .map((line) => line.replace(/ \S+$/, '')),
        ),
      ].toSorted();
    expect(names(frontendCoreMetrics(scene.state, master) ?? '')).toEqual(
      names(recordedMetrics(version, '/metrics?type=core')),
    );
  });

  it('of a non-master has no tablets, no scheduler and no is_master', () => {
    const other = SCENES[version]['non-master']?.();
    const text = frontendMetrics(other?.state ?? scene.state, other?.state.frontends[1]?.host ?? '') ?? '';
    expect(text).not.toContain('is_master');
    expect(text).toMatch(/^doris_fe_scheduled_tablet_num 0$/m);
    expect(text).toMatch(/^doris_fe_tablet_status_count\{type="total"\} 0$/m);
    expect(text.match(/^doris_fe_tablet_num\{.*\} 0$/gm)).toHaveLength(3);
    expect(frontendMetrics(scene.state, master)).toContain('node_info{type="is_master"} 1');
  });
});
