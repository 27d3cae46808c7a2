import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProvisionedHost } from '../../../src/domain/host.ts';
import type { Operation, OperationState, StepRecord, StepState } from '../../../src/domain/operation.ts';
import type { Member } from '../../../src/domain/ports/cluster-memory.ts';
import { findOrphans } from '../../../src/operation/orphans/find-orphans.ts';
import type { OrphanFacts } from '../../../src/operation/orphans/orphan-facts.ts';
import {
  backend,
  backends,
  clusterPolicy,
  DAY,
  frontend,
  groupPolicy,
  HOUR,
  member,
  MINUTE,
  NOW,
  topology,
} from '../../support/decision-input.ts';
import { ended } from '../controller/support/ports.ts';

const SPARE = '10.0.1.7';
const NODE = `${SPARE}:9050`;
const KEY = 'op-1.0';
const NOWHERE = { node: undefined, backendId: undefined, bytes: undefined, tablets: undefined };
const policy = clusterPolicy({ backends: [groupPolicy({ provisioner: 'spares' })] });
const moved = clusterPolicy({ backends: [groupPolicy({ provisioner: 'cloud' })] });

function step(key: string, state: StepState, data: StepRecord['data'] = {}): StepRecord {
  return { key, state, attempts: 1, startedAt: NOW, endedAt: state === 'intent' ? undefined : NOW, detail: '', data };
}

/** An addition that took the spare and ended. */
function addition(
  state: OperationState,
  steps: readonly StepRecord[] = [],
  parts: Omit<Partial<Operation>, 'endedAt'> = {},
): Operation {
  return ended({
    id: 'op-1',
    kind: 'add-backend',
    state,
    createdAt: NOW - 2 * HOUR,
    endedAt: NOW - HOUR,
    targets: [NOWHERE],
    steps: [step('0.acquire', 'done', { host: SPARE, node: NODE }), ...steps],
    ...parts,
  });
}

/** An addition whose journal names the giver; its process could not be stopped. */
function taken(parts: Omit<Partial<Operation>, 'endedAt'> = {}): Operation {
  const acquire = step('0.acquire', 'done', { host: SPARE, node: NODE, provisioner: 'spares' });
  return addition('failed', [], { steps: [acquire, step('0.undo-stop', 'failed')], ...parts });
}

function removal(state: OperationState, steps: readonly StepRecord[]): Operation {
  return ended({
    id: 'op-2',
    state,
    createdAt: NOW - 2 * HOUR,
    endedAt: NOW - HOUR,
    targets: [{ node: NODE, backendId: '10007', bytes: 1, tablets: 1 }],
    steps,
  });
}

function look(parts: Partial<OrphanFacts> = {}): ReturnType<typeof findOrphans> {
  return findOrphans({
    at: NOW,
    policy,
    topology: topology(backends(4)),
    operations: [],
    members: [],
    hosts: {},
    answering: new Set(),
    configs: { known: true, value: {} },
    settled: new Set(),
    ...parts,
  });
}

function listed(host: Partial<ProvisionedHost>): OrphanFacts['hosts'] {
  const one = { host: SPARE, address: NODE, state: 'leased' as const, ...host };
  return { spares: { known: true, value: { provisioner: 'spares', hosts: [one] } } };
}

function memberAt(node: string, parts: Partial<Member> = {}): Member {
  return member(node.slice(0, node.lastIndexOf(':')), { node, firstSeenAt: NOW - DAY, ...parts });
}

const RELEASE = { provisioner: 'spares', role: 'backend', host: SPARE, node: NODE, key: KEY };

describe('a host that is held for an operation of another cluster', () => {
  it.each([
    { says: 'as its provisioner lists it', steps: [], hosts: listed({ heldBy: KEY }) },
    { says: 'as the journal says', steps: [step('0.undo-release', 'failed')], hosts: {} },
  ])('is told of and left alone, $says', ({ steps, hosts }) => {
    const [found, ...more] = look({ operations: [addition('failed', steps, { clusterId: '1' })], hosts });
    expect(more).toEqual([]);
    expect(found).toMatchObject({ code: 'host-held', subject: SPARE });
    expect(found?.mend).toContain('unless it serves cluster 1');
    expect(found?.release).toBeUndefined();
  });
});

describe('a host that is held for an operation that is over', () => {
  it.each<{ says: string; facts: Partial<OrphanFacts>; release: object | undefined }>([
    {
      says: 'whose process could not be stopped after an addition is given back',
      facts: { operations: [addition('failed', [step('0.undo-stop', 'failed'), step('0.undo-release', 'skipped')])] },
      release: RELEASE,
    },
    {
      says: 'whose release failed after a cancelled addition is given back',
      facts: { operations: [addition('cancelled', [step('0.undo-stop', 'done'), step('0.undo-release', 'failed')])] },
      release: RELEASE,
    },
    {
      says: 'whose process could not be stopped after a removal is given back',
      facts: {
        operations: [
          removal('failed', [step('0.let-drop', 'done'), step('0.stop', 'failed'), step('0.release', 'skipped')]),
        ],
      },
      release: { ...RELEASE, key: 'op-2.0' },
    },
    {
      says: 'by the list of the provisioner alone is given back: the answer of acquire was lost',
      facts: {
        operations: [addition('failed', [], { steps: [step('0.undo-find-host', 'failed')] })],
        hosts: listed({ heldBy: KEY }),
      },
      release: { ...RELEASE, node: undefined },
    },
    {
      says: 'by the list of a provisioner is given back to it, also where the group is not in the policy any more',
      facts: {
        operations: [
          addition('failed', [step('0.undo-stop', 'skipped'), step('0.undo-release', 'skipped')], { group: 'hot' }),
        ],
        hosts: listed({ heldBy: KEY }),
      },
      release: RELEASE,
    },
    {
      says: 'by the list of a provisioner is given back to it, also where the group has another one by now',
      facts: { operations: [addition('failed')], hosts: listed({ heldBy: KEY }), policy: moved },
      release: RELEASE,
    },
    {
      says: 'is given back to the provisioner that gave it, where the group has another one by now',
      facts: { operations: [taken()], policy: moved },
      release: RELEASE,
    },
    {
      says: 'is given back to the provisioner that gave it, where the group has none by now',
      facts: {
        operations: [taken()],
        policy: clusterPolicy({ backends: [{ ...groupPolicy(), provisioner: undefined }] }),
      },
      release: RELEASE,
    },
    {
      says: 'is given back to the provisioner that gave it, where the group is not in the policy any more',
      facts: { operations: [taken({ group: 'hot' })] },
      release: RELEASE,
    },
    {
      says: 'and served before somebody dropped it is only reported',
      facts: { operations: [addition('succeeded')], hosts: listed({ heldBy: KEY }) },
      release: undefined,
    },
    {
      says: 'and served before somebody dropped it, of an addition whose other target failed, is only reported',
      facts: {
        operations: [
          addition('failed', [step('0.register', 'done'), step('0.alive', 'done'), step('1.turn', 'done')], {
            targets: [NOWHERE, NOWHERE],
          }),
        ],
        hosts: listed({ heldBy: KEY }),
      },
      release: undefined,
    },
    {
      says: 'of the target of such an addition that was taken back is given back',
      facts: {
        operations: [
          addition('failed', [step('0.register', 'done'), step('0.turn', 'done'), step('1.alive', 'done')], {
            targets: [NOWHERE, NOWHERE],
          }),
        ],
        hosts: listed({ heldBy: KEY }),
      },
      release: RELEASE,
    },
    {
      says: 'and was still registered after an addition that was taken back in vain is only reported',
      facts: {
        operations: [addition('cancelled', [step('0.register', 'done'), step('0.turn', 'done')])],
        members: [memberAt(NODE, { lastSeenAt: NOW - MINUTE, goneAt: NOW })],
        hosts: listed({ heldBy: KEY }),
      },
      release: undefined,
    },
    {
      says: 'and registered itself again after its removal, until people dropped it, is only reported',
      facts: {
        operations: [removal('failed', [step('0.let-drop', 'done'), step('0.stop', 'failed')])],
        members: [memberAt(NODE, { lastSeenAt: NOW - MINUTE, goneAt: NOW })],
      },
      release: undefined,
    },
    {
      says: 'and served under another port since its removal is only reported',
      facts: {
        operations: [removal('failed', [step('0.let-drop', 'done'), step('0.stop', 'failed')])],
        members: [memberAt(`${SPARE}:9150`, { lastSeenAt: NOW - MINUTE, goneAt: NOW })],
      },
      release: undefined,
    },
    {
      says: 'and was last seen before its removal ended, though found gone only afterwards, is given back',
      facts: {
        operations: [removal('failed', [step('0.let-drop', 'done'), step('0.stop', 'failed')])],
        members: [memberAt(NODE, { lastSeenAt: NOW - HOUR - MINUTE, goneAt: NOW - HOUR + MINUTE })],
      },
      release: { ...RELEASE, key: 'op-2.0' },
    },
    {
      says: 'and whose frontend serves while the backend failed is given back as a backend',
      facts: {
        operations: [addition('failed', [step('0.undo-stop', 'failed')])],
        members: [memberAt(`${SPARE}:9010`, { role: 'frontend', group: 'observer' })],
      },
      release: RELEASE,
    },
    {
      says: 'that its provisioner holds for somebody else by now is only reported: a person gave it back meanwhile',
      facts: { operations: [taken()], hosts: listed({ heldBy: 'op-of-another-cluster.0' }) },
      release: undefined,
    },
    {
      says: 'after its removal is given back, although it is held for the operation that once added it',
      facts: {
        operations: [
          removal('failed', [step('0.let-drop', 'done'), step('0.stop', 'failed')]),
          addition('succeeded', [], { id: 'op-0', createdAt: NOW - 3 * DAY }),
        ],
        hosts: listed({ heldBy: 'op-0.0' }),
      },
      release: { ...RELEASE, key: 'op-2.0' },
    },
    {
      says: 'under the key of a removal that was taken back is only reported',
      facts: { operations: [removal('cancelled', [step('0.turn', 'done')])], hosts: listed({ heldBy: 'op-2.0' }) },
      release: undefined,
    },
  ])('$says', ({ facts, release }) => {
    const [orphan, ...more] = look(facts);
    expect(more).toEqual([]);
    expect(orphan).toMatchObject({ code: 'host-held', subject: SPARE });
    expect(orphan?.release).toEqual(release);
    expect(orphan?.mend).toContain('give it back to provisioner spares');
  });

  const leaked = addition('failed', [step('0.undo-stop', 'failed')]);
  it.each<{ says: string; facts: Partial<OrphanFacts> }>([
    {
      says: 'of a member is left alone',
      facts: { operations: [leaked], topology: topology([...backends(3), backend(9, { host: SPARE, address: NODE })]) },
    },
    {
      says: 'registered under another port is left alone',
      facts: {
        operations: [leaked],
        topology: topology([...backends(3), backend(9, { host: SPARE, address: `${SPARE}:9150` })]),
      },
    },
    { says: 'that was given back since is left alone', facts: { operations: [leaked], settled: new Set([KEY]) } },
    {
      says: 'that a newer operation took is left alone',
      facts: {
        operations: [
          addition('succeeded', [step('0.release', 'done')], { id: 'op-3', createdAt: NOW - MINUTE }),
          leaked,
        ],
      },
    },
    {
      says: 'under the key of something else is left alone',
      facts: {
        operations: [leaked].map((each) => ({ ...each, steps: [] })),
        hosts: listed({ heldBy: 'terraform-17' }),
      },
    },
    { says: 'under the key of another cluster is left alone', facts: { hosts: listed({ heldBy: 'op-9.0' }) } },
    {
      says: 'in a list that could not be read is left alone',
      facts: { operations: [addition('failed')], hosts: { spares: { known: false, reason: 'exit 1' } } },
    },
    {
      says: 'whose giver the journal does not name and whose group has no provisioner any more is left alone',
      facts: {
        operations: [leaked],
        policy: clusterPolicy({ backends: [{ ...groupPolicy(), provisioner: undefined }] }),
      },
    },
    {
      says: 'of a removal that was cancelled is left alone',
      facts: { operations: [removal('cancelled', [step('0.undo-decommission', 'done')])] },
    },
    {
      says: 'of an addition that succeeded and is a member is left alone',
      facts: {
        operations: [addition('succeeded')],
        hosts: listed({ heldBy: KEY }),
        topology: topology([...backends(3), backend(9, { host: SPARE, address: NODE })]),
      },
    },
  ])('$says', ({ facts }) => {
    expect(look(facts)).toEqual([]);
  });

  describe.each(['10.0.1.7', 'fd00::7'])('%s', (host) => {
    const node = host.includes(':') ? `[${host}]:9050` : `${host}:9050`;
    const gone = memberAt(node, { host, goneAt: NOW - HOUR, lastSeenAt: NOW - 2 * HOUR });
    const failed = removal('failed', [step('0.let-drop', 'done'), step('0.stop', 'failed')]);
    const operation = { ...failed, targets: failed.targets.map((target) => ({ ...target, node })) };
    const found = (members: readonly Member[]): readonly (readonly [string, string])[] =>
      look({ operations: [operation], members, answering: new Set(members.map((each) => each.node)) }).map(
        ({ code, subject }) => [code, subject],
      );

    it('is told of once while its process answers', () => {
      expect(found([gone])).toEqual([['host-held', host]]);
    });

    it('is told of once, too, where it served since and is left to people', () => {
      expect(found([{ ...gone, lastSeenAt: NOW - MINUTE }])).toEqual([['host-held', host]]);
    });

    it('says nothing of the process on another host', () => {
      expect(found([gone, memberAt('[fd00::8]:9050', { host: 'fd00::8', goneAt: NOW - HOUR })])).toEqual([
        ['host-held', host],
        ['still-running', '[fd00::8]:9050'],
      ]);
    });
  });

  it('is never one that shows a row, whatever else is true', () => {
    const states = fc.constantFrom<OperationState>('succeeded', 'failed', 'cancelled');
    const outcome = fc.constantFrom<StepState>('done', 'failed', 'skipped', 'intent');
    fc.assert(
      fc.property(
        states,
        outcome,
        outcome,
        fc.boolean(),
        fc.constantFrom(9050, 9150),
        (state, stop, release, isListed, port) => {
          const operations = [addition(state, [step('0.undo-stop', stop), step('0.undo-release', release)])];
          const row = backend(9, { host: SPARE, address: `${SPARE}:${String(port)}` });
          const facts = { operations, ...(isListed ? { hosts: listed({ heldBy: KEY }) } : {}) };
          expect(
            look({ ...facts, topology: topology([...backends(3), row]) }).filter(
              ({ release: mends }) => mends !== undefined,
            ),
          ).toEqual([]);
        },
      ),
    );
  });
});

describe('rows and processes that belong to nothing', () => {
  it.each<{ says: string; facts: Partial<OrphanFacts>; code: string; subject: string; mend: string }>([
    {
      says: 'a backend that left and still answers',
      facts: { members: [memberAt('10.0.0.9:9050', { goneAt: NOW - HOUR })], answering: new Set(['10.0.0.9:9050']) },
      code: 'still-running',
      subject: '10.0.0.9:9050',
      mend: 'on 10.0.0.9: bin/stop_be.sh --grace',
    },
    {
      says: 'a dropped frontend that stays up',
      facts: {
        members: [memberAt('10.0.0.9:9010', { role: 'frontend', group: 'follower', goneAt: NOW - HOUR })],
        answering: new Set(['10.0.0.9:9010']),
      },
      code: 'still-running',
      subject: '10.0.0.9:9010',
      mend: 'metadata directory aside',
    },
    {
      says: 'a backend row that was never alive',
      facts: {
        topology: topology([
          ...backends(3),
          backend(9, {
            address: NODE,
            host: SPARE,
            alive: false,
            tablets: 0,
            lastStartTime: undefined,
            httpPort: -1,
            totalBytes: 0,
          }),
        ]),
        members: [memberAt(NODE)],
      },
      code: 'never-alive',
      subject: NODE,
      mend: `ALTER SYSTEM DROPP BACKEND "${NODE}";`,
    },
    {
      says: 'an observer row that was never alive',
      facts: {
        topology: topology(backends(3), {
          frontends: [
            frontend(0),
            frontend(9, {
              role: 'OBSERVER',
              address: 'fe9:9010',
              alive: false,
              queryPort: 0,
              lastStartTime: undefined,
            }),
          ],
        }),
        members: [memberAt('fe9:9010', { role: 'frontend', group: 'observer' })],
      },
      code: 'never-alive',
      subject: 'fe9:9010',
      mend: 'ALTER SYSTEM DROP OBSERVER "fe9:9010";',
    },
    {
      says: 'one process under two rows',
      facts: { topology: topology([...backends(3), backend(0, { id: '999999', address: '10.0.0.1:9150' })]) },
      code: 'registered-twice',
      subject: '10.0.0.1:9150',
      mend: 'ALTER SYSTEM DECOMMISSION BACKEND "10.0.0.1:9150";',
    },
    {
      says: 'a setting that has the value of an operation that is over',
      facts: {
        operations: [
          removal('succeeded', [
            step('all.settings', 'done', {
              found: { drop_backend_after_decommission: 'true' },
              ours: { drop_backend_after_decommission: 'false' },
            }),
          ]),
        ],
        configs: { known: true, value: { drop_backend_after_decommission: 'false' } },
      },
      code: 'setting-left',
      subject: 'drop_backend_after_decommission',
      mend: 'ADMIN SET FRONTEND CONFIG ("drop_backend_after_decommission" = "true");',
    },
  ])('$says is reported with its mend', ({ facts, code, subject, mend }) => {
    const [orphan, ...more] = look(facts);
    expect(more).toEqual([]);
    expect(orphan).toMatchObject({ code, subject });
    expect(orphan?.mend).toContain(mend);
    expect(orphan?.release).toBeUndefined();
  });

  const young = backend(9, {
    address: NODE,
    host: SPARE,
    alive: false,
    tablets: 0,
    lastStartTime: undefined,
    httpPort: -1,
    totalBytes: 0,
  });
  it.each<{ says: string; facts: Partial<OrphanFacts> }>([
    {
      says: 'a backend that somebody has just added',
      facts: { topology: topology([...backends(3), young]), members: [memberAt(NODE, { firstSeenAt: NOW - MINUTE })] },
    },
    {
      says: 'a backend that is down',
      facts: {
        topology: topology([...backends(3), backend(9, { alive: false })]),
        members: [memberAt('10.0.0.9:9050')],
      },
    },
    {
      says: 'a backend that left and is silent',
      facts: { members: [memberAt('10.0.0.9:9050', { goneAt: NOW - HOUR })] },
    },
    {
      says: 'a backend that left and came back',
      facts: { members: [memberAt('10.0.0.1:9050', { goneAt: NOW - HOUR })], answering: new Set(['10.0.0.1:9050']) },
    },
    {
      says: 'two backends on one host',
      facts: {
        topology: topology([...backends(3), backend(0, { id: '999999', address: '10.0.0.1:9150', httpPort: 8140 })]),
      },
    },
    {
      says: 'a setting that was put back',
      facts: {
        operations: [
          removal('succeeded', [
            step('all.settings', 'done', {
              found: { balance_slot_num_per_path: '1' },
              ours: { balance_slot_num_per_path: '4' },
            }),
          ]),
        ],
        configs: { known: true, value: { balance_slot_num_per_path: '1' } },
      },
    },
    {
      says: 'a setting that somebody chose since',
      facts: {
        operations: [
          removal('succeeded', [
            step('all.settings', 'done', {
              found: { balance_slot_num_per_path: '1' },
              ours: { balance_slot_num_per_path: '4' },
            }),
          ]),
        ],
        configs: { known: true, value: { balance_slot_num_per_path: '2' } },
      },
    },
  ])('$says is nothing to report', ({ facts }) => {
    expect(look(facts)).toEqual([]);
  });
});
