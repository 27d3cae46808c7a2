import { describe, expect, it } from 'vitest';
import { judgedChanges } from '../../../src/backtest/live/judged.ts';
import { SLOT_MS } from '../../../src/domain/demand.ts';
import type { LoadHistory } from '../../../src/domain/demand.ts';
import { DAY, groupPolicy, HOUR, QUERIES } from '../../support/decision-input.ts';
import { LOADS_START } from '../../support/loads.ts';

const group = groupPolicy({ signals: [{ ...QUERIES, purpose: { kind: 'size', form: 'per-node', perNode: 1 } }] });
const { name: signal } = QUERIES;

/** So many nodes' work in every slot of the first days, except where nothing was measured. */
function history(nodes: number, days: number, isKnown: (at: number) => boolean = () => true): LoadHistory {
  const slots = Array.from({ length: (days * DAY) / SLOT_MS }, (_, index) => LOADS_START + index * SLOT_MS)
    .filter(isKnown)
    .map((slotStartMs) => ({ signal, slotStartMs, load: nodes, samples: 5, nodes: 0, migrating: false }));
  return { role: 'backend', group: group.group, signals: { [signal]: slots } };
}

const ENDED = LOADS_START + DAY + HOUR;
const removal = { id: '1', begunAt: ENDED, endedAt: ENDED, from: 9, to: 5 };

describe('changes of a replay are judged as the daemon would have, however seldom the replay looks', () => {
  it.each([1, 2, 3, 6, 30])('a removal that was wrong, looked at %i days later', (days) => {
    const judged = judgedChanges(group, history(7, 40));
    judged.made(removal);
    judged.by(ENDED + days * DAY + SLOT_MS);
    expect(judged.all()).toMatchObject([{ id: '1', regrets: ['above-target'], judgedAt: ENDED + DAY }]);
  });

  it('one that was right is called right', () => {
    const judged = judgedChanges(group, history(4, 40));
    judged.made(removal);
    judged.by(ENDED + 6 * DAY);
    expect(judged.all()).toMatchObject([{ id: '1', regrets: [], known: true }]);
  });

  it('no sooner than a day after it', () => {
    const judged = judgedChanges(group, history(7, 40));
    judged.made(removal);
    judged.by(ENDED + DAY - SLOT_MS);
    expect(judged.all()).toEqual([]);
  });

  it('what is not known of the day after it is waited for, and then said', () => {
    const judged = judgedChanges(
      group,
      history(4, 40, (at) => at < ENDED + HOUR || at > ENDED + DAY),
    );
    judged.made(removal);
    judged.by(ENDED + 6 * DAY);
    expect(judged.all()).toMatchObject([{ id: '1', regrets: [], known: false, judgedAt: ENDED + 2 * DAY }]);
  });

  it('nothing that came after the verdict counts for it', () => {
    const judged = judgedChanges(group, history(4, 40));
    judged.made(removal);
    judged.made({ id: '2', begunAt: ENDED + 2 * DAY, endedAt: ENDED + 2 * DAY, from: 5, to: 9 });
    judged.by(ENDED + 6 * DAY);
    expect(judged.all()).toMatchObject([{ id: '1', regrets: [] }]);
  });
});
