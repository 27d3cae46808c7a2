import { describe, expect, it } from 'vitest';
import { memberOf } from '../../../src/controller/load/member-of.ts';
import type { SignalPolicy } from '../../../src/domain/group-policy.ts';
import type { Member } from '../../../src/domain/ports/cluster-memory.ts';
import { readHistory } from '../../../src/prometheus/history/history.ts';
import { clusterPolicy, CPU, groupPolicy, HOUR, member, NOW } from '../../support/decision-input.ts';
import { instances, steadyPrometheus } from '../../support/steady-prometheus.ts';

const OWN = { '10.0.0.1:8040': 0.5, '10.0.0.2:8040': 0.5, '10.0.0.3:8040': 0.5 };
const OTHERS = { '10.0.0.4:8040': 0.9, '10.0.0.5:8040': 0.9 };
const LEFT = { '10.0.0.9:8040': 0.5 };
const MEAN: SignalPolicy = { ...CPU, name: 'busy', query: 'avg(busy)' };

function members(instancesOf: object, group: string): readonly Member[] {
  return Object.keys(instancesOf).map((instance) => member(instance.split(':')[0] ?? '', { group }));
}

interface Given {
  readonly signal?: SignalPolicy;
  readonly labels?: Readonly<Record<string, string>>;
  readonly groups?: readonly string[];
  readonly present: Readonly<Record<string, number>>;
  readonly remembered?: readonly Member[];
}

/** Load and nodes of every slot of an hour, which are all the same; undefined where no slot is known. */
async function hour(given: Given) {
  const { signal = CPU, labels = { cluster: 'analytics' }, groups = ['default'], present } = given;
  const { remembered = [...members(OWN, 'default'), ...members(OTHERS, 'etl')] } = given;
  const base = clusterPolicy({ backends: groups.map((group) => groupPolicy({ group, signals: [signal] })) });
  const policy = { ...base, prometheus: { ...base.prometheus, labels } };
  const client = steadyPrometheus((query) =>
    query.includes('avg(') ? [{ labels: {}, value: 0.5 }] : instances(present),
  );
  const slots = await readHistory(client, {
    policy,
    group: groupPolicy({ signals: [signal] }),
    signal,
    memberOf: memberOf(remembered, policy),
    weightOf: undefined,
    from: NOW - HOUR,
    until: NOW,
  });
  const [slot] = slots;
  return slot === undefined ? undefined : { load: Number(slot.load.toFixed(6)), nodes: slot.nodes };
}

describe('the load of the past of a group', () => {
  const pinned = { cluster: 'analytics' };
  const whole = { load: 1.5, nodes: 3 };
  const both = ['default', 'etl'];

  it.each<[string, Given, object | undefined]>([
    ['alone in its cluster is that of all backends', { present: OWN, remembered: members(OWN, 'default') }, whole],
    [
      'alone in its cluster is also that of backends that left before anybody looked',
      { present: { ...OWN, ...LEFT }, remembered: members(OWN, 'default') },
      { load: 2, nodes: 4 },
    ],
    ['beside another of the policy is its own', { present: { ...OWN, ...OTHERS }, groups: both }, whole],
    ['beside a tag that the policy does not name is its own', { present: { ...OWN, ...OTHERS } }, whole],
    ['and so is that without labels', { present: { ...OWN, ...OTHERS }, labels: {} }, whole],
    [
      'stays so after the other tag has left',
      {
        present: { ...OWN, ...OTHERS },
        remembered: [...members(OWN, 'default'), ...members(OTHERS, 'etl').map((one) => ({ ...one, goneAt: NOW }))],
      },
      whole,
    ],
    [
      'beside a tag that the policy does not name is unknown with a backend that nobody remembers',
      { present: { ...OWN, ...OTHERS, ...LEFT } },
      undefined,
    ],
  ])('%s', async (_what, given, expected) => {
    expect(await hour(given)).toEqual(expected);
  });

  it('one utilisation for the group stands for its own backends, not for those of another tag', async () => {
    for (const labels of [pinned, {}]) {
      expect(await hour({ signal: MEAN, labels, present: { ...OWN, ...OTHERS } })).toEqual(whole);
    }
  });
});
