import { describe, expect, it } from 'vitest';
import { standing } from '../../../src/decision/decide.ts';
import type { LoadHistory } from '../../../src/domain/demand.ts';
import type { Approval, Operation } from '../../../src/domain/operation.ts';
import {
  backend,
  backends,
  groupMemory,
  groupPolicy,
  history,
  hosts,
  HOUR,
  input,
  memory,
  NOW,
  slots,
} from '../../support/decision-input.ts';

const REPORTS = Array.from({ length: 5 }, (_, index) => backend(20 + index, { group: 'reports' }));
const MEMBERS = [...backends(6), ...REPORTS];
const growing = { kind: 'add-backend' as const, to: 9, targets: [] };
const shrinking = { kind: 'remove-backend' as const, to: 5, targets: [{ node: '10.0.0.1:9050', backendId: '10000' }] };

function asked(
  change: Pick<Operation, 'kind' | 'to'> & { readonly targets: readonly object[] },
  given: boolean,
  agoMs = 5 * HOUR,
) {
  const yes = given ? { at: NOW - HOUR, by: 'ann', reason: '' } : undefined;
  const approval: Approval = { planHash: '#', expiresAt: NOW + HOUR, given: yes };
  const operation = {
    ...change,
    id: 'id-001',
    cluster: 'analytics',
    role: 'backend',
    group: 'default',
    state: 'proposed',
    from: 6,
    createdAt: NOW - agoMs,
    approval,
  } as unknown as Operation & { readonly approval: Approval };
  return { operation, samePolicy: true };
}

/** Why what is asked for the group `default` is over, while the group `reports` needs 5 nodes or more. */
function ends(
  proposal: ReturnType<typeof asked>,
  { needs, reports }: { readonly needs: number | undefined; readonly reports: number },
): string | undefined {
  const demand = (group: string, nodes: number | undefined): LoadHistory =>
    history({ queries: nodes === undefined ? [] : slots('queries', () => nodes * 100) }, group);
  return standing(
    input({
      members: MEMBERS,
      policy: { mode: 'approve', backends: [groupPolicy(), groupPolicy({ group: 'reports' })] },
      demand: [demand('default', needs), demand('reports', reports)],
      memory: memory({ groups: [groupMemory(), groupMemory({ group: 'reports' })], proposal }),
      observation: { hosts: hosts(MEMBERS, 8) },
    }),
  )?.ends;
}

describe('what is asked for and not wanted for a while', () => {
  it.each<[string, ReturnType<typeof asked>, { needs: number | undefined; reports: number }, string | undefined]>([
    [
      'growth gives its place to growth of another group',
      asked(growing, false),
      { needs: 5.5, reports: 7.5 },
      'be/reports 5 -> 8 comes first',
    ],
    [
      'and with a yes as well: nothing begins by it',
      asked(growing, true),
      { needs: 5.5, reports: 7.5 },
      'be/reports 5 -> 8 comes first',
    ],
    [
      'but not within 4 h: people have that long to answer',
      asked(growing, false, 3 * HOUR),
      { needs: 5.5, reports: 7.5 },
      undefined,
    ],
    ['to a removal of another group it gives none', asked(growing, false), { needs: 5.5, reports: 2 }, undefined],
    ['growth that is wanted gives none', asked(growing, false), { needs: 8.5, reports: 7.5 }, undefined],
    [
      'nor does growth whose need is unknown: that is no other situation',
      asked(growing, true),
      { needs: undefined, reports: 7.5 },
      undefined,
    ],
    [
      'a removal gives its place to growth',
      asked(shrinking, true),
      { needs: 5.5, reports: 7.5 },
      'be/reports 5 -> 8 comes first',
    ],
  ])('%s', (_says, proposal, wants, why) => {
    expect(ends(proposal, wants)).toBe(why);
  });
});
