import { DAY, HOUR, MINUTE } from '../../support/decision-input.ts';
import { ordinary } from './ordinary.ts';
import type { PlannedFault } from './planned-fault.ts';
import type { Scenario } from './scenario.ts';

/** A change of the code under test: the text that stands there, and what is put in its place. */
export interface Change {
  /** Under src/. */
  readonly file: string;
  readonly search: string;
  readonly replace: string;
}

/** Code that is wrong in one way, the invariant that notices, and a cluster in which it shows. */
export interface Mutation {
  readonly invariant: string;
  /** What the wrong code does. */
  readonly says: string;
  readonly changes: readonly Change[];
  readonly scenario: Scenario;
}

const STATEMENTS = 'doris/write/statements.ts';
const JUDGE = 'decision/guards/judge.ts';

/** Every guard speaks but some, which let everything pass. */
function withoutGuards(...codes: readonly string[]): Change {
  return {
    file: JUDGE,
    search: 'const holds = hold &&',
    replace: `const holds = !${JSON.stringify(codes)}.includes(code) && hold &&`,
  };
}

/** A drain of 40 min. */
const SLOW = { backendBytes: 2 ** 32, speed: 0.1 };
const FASTER = {
  inWindow: { schedule_slot_num_per_hdd_path: 8, schedule_slot_num_per_ssd_path: 16 },
  outside: undefined,
  assumedRateBytesPerSecond: 20 * 2 ** 20,
};

/** The first spare host starts no process. */
const deadSpare: PlannedFault = {
  kind: 'model',
  begin: { kind: 'dead-host', host: '$spare:0', on: true },
  end: { kind: 'dead-host', host: '$spare:0', on: false },
  atMs: HOUR,
  forMs: DAY,
};

/** A removal that is cancelled by a person while it drains: everything is taken back. */
const cancelled = ordinary({
  cluster: SLOW,
  faults: [{ kind: 'order', order: 'cancel', atMs: 13 * HOUR + 30 * MINUTE, forMs: MINUTE }],
});

/** At least one for each invariant; the test walks them. */
export const MUTATIONS: readonly Mutation[] = [
  {
    invariant: 'asked-in-peace',
    says: 'takes back what is asked for although nothing has changed',
    changes: [
      {
        file: 'decision/approval/standing.ts',
        search: 'if (current !== operation.from)',
        replace: 'if (current === operation.from)',
      },
    ],
    scenario: ordinary({ policy: { mode: 'approve' } }),
  },
  {
    invariant: 'replicas-kept',
    says: 'drops a backend where it should drain it',
    changes: [
      { file: STATEMENTS, search: '`ALTER SYSTEM DECOMMISSION BACKEND', replace: '`ALTER SYSTEM DROPP BACKEND' },
    ],
    scenario: ordinary({}),
  },
  {
    invariant: 'no-drop-with-tablets',
    says: 'drops a backend where it should stop its drain',
    changes: [{ file: STATEMENTS, search: '`CANCEL DECOMMISSION BACKEND', replace: '`ALTER SYSTEM DROPP BACKEND' }],
    scenario: cancelled,
  },
  {
    invariant: 'quorum-kept',
    says: 'changes one follower where a pair is due',
    changes: [
      {
        file: 'decision/ratio/follower-count.ts',
        search: 'current % 2 === 0 ? 1 : 2',
        replace: 'current % 2 === 0 ? 1 : 1',
      },
    ],
    scenario: ordinary({
      policy: { frontend: frontendOf(3) },
      edits: [{ atMs: HOUR, policy: { frontend: frontendOf(5) } }],
    }),
  },
  {
    invariant: 'bounds-kept',
    says: 'forgets min when it shrinks a group',
    changes: [{ file: 'decision/sizing/size-group.ts', search: 'if (target < group.min)', replace: 'if (target < 0)' }],
    scenario: ordinary({ group: { min: 6 } }),
  },
  {
    invariant: 'bounds-kept',
    says: 'forgets max when it enlarges a group',
    changes: [{ file: 'decision/sizing/size-group.ts', search: 'if (target > most)', replace: 'if (target > 99)' }],
    scenario: ordinary({ group: { max: 6 }, load: { peak: 5 } }),
  },
  {
    invariant: 'windows-kept',
    says: 'takes every instant of an operation for one in a window',
    changes: [{ file: 'controller/operation/facts.ts', search: 'open: window !== undefined', replace: 'open: true' }],
    scenario: ordinary({ cluster: SLOW, windowMinutes: 20 }),
  },
  {
    invariant: 'one-operation',
    says: 'counts an operation as closed with the first line that is written of it',
    changes: [
      {
        file: 'store/journal.ts',
        search: 'if (operation.endedAt !== undefined)',
        replace: 'if (operation.id !== "")',
      },
    ],
    scenario: ordinary({ group: { min: 7 }, faults: [deadSpare] }),
  },
  {
    invariant: 'ends-or-reported',
    says: 'goes on for ever and tells nobody that a drain stands still',
    changes: [
      {
        file: 'operation/drain/turns.ts',
        search: 'if (now > deadlineAt(context))',
        replace: 'if (now > Infinity)',
      },
      {
        file: 'controller/run-operation.ts',
        search: 'if (action.notice !== undefined)',
        replace: 'if (action.notice?.title === "")',
      },
    ],
    scenario: ordinary({
      cluster: SLOW,
      operations: { onStall: 'wait', deadlineMs: 2 * HOUR },
      faults: [
        {
          kind: 'model',
          begin: { kind: 'failing-clones', error: 'no route to host' },
          end: { kind: 'failing-clones', error: null },
          atMs: 13 * HOUR + 20 * MINUTE,
          forMs: DAY,
        },
      ],
    }),
  },
  {
    invariant: 'configs-restored',
    says: 'leaves the settings of the FEs as a drain needed them',
    changes: [{ file: 'operation/kinds/remove-backend.ts', search: 'after: [restore]', replace: 'after: []' }],
    scenario: ordinary({ policy: { migration: FASTER } }),
  },
  {
    invariant: 'hosts-kept',
    says: 'stops a process before its backend is gone',
    changes: [
      {
        file: 'operation/kinds/remove-backend.ts',
        search: "  {\n    ...wayOut,\n    key: 'let-drop',",
        replace: "  stopStep('', () => undefined),\n  {\n    ...wayOut,\n    key: 'let-drop',",
      },
      {
        file: 'controller/operation/perform-effect.ts',
        search: 'return shown === undefined ?',
        replace: 'return shown === undefined || call.verb === "stop" ?',
      },
    ],
    scenario: ordinary({}),
  },
  {
    invariant: 'hosts-kept',
    says: 'keeps the host of an addition that came to nothing, and does not see it in the list',
    changes: [
      {
        file: 'operation/kinds/common.ts',
        search: 'key: `${prefix}release`,',
        replace: "key: `${prefix}release`, ...{ skip: () => 'kept' },",
      },
      {
        file: 'operation/kinds/common.ts',
        search:
          "skip: (context) => withoutProvisioner(context) ?? onlyIf(context),\n    effect: (context) => hostCall(context, 'release')",
        replace: "effect: (context) => hostCall(context, 'release')",
      },
      { file: 'operation/orphans/held-hosts.ts', search: ', ...ofInventories(facts)]', replace: ']' },
    ],
    scenario: ordinary({
      group: { min: 7 },
      faults: [deadSpare],
    }),
  },
  {
    invariant: 'record-explains',
    says: 'does not name the record that decided an operation',
    changes: [{ file: 'controller/evaluate.ts', search: 'recordId: written.id', replace: "recordId: 'none'" }],
    scenario: ordinary({}),
  },
  {
    invariant: 'record-explains',
    says: 'begins an operation before it keeps the record that decided it',
    changes: [
      {
        file: 'controller/evaluate.ts',
        search: 'await append(ports, record);\n  const operation = await made.write?.();',
        replace: 'const operation = await made.write?.();\n  await append(ports, record);',
      },
    ],
    // The process dies right after the next write of the journal, with which the removal begins at 01:00.
    scenario: ordinary({
      faults: [
        { kind: 'crash', at: 'journal-write', nth: 0, when: 'after', atMs: 12 * HOUR + 30 * MINUTE, forMs: HOUR },
      ],
    }),
  },
  {
    invariant: 'not-twice',
    says: 'cleans a host again after it was started',
    changes: [
      {
        file: 'operation/kinds/add-backend.ts',
        search: "  {\n    ...usual,\n    key: 'port',",
        replace: "  { ...reset, key: 'reset-again' },\n  {\n    ...usual,\n    key: 'port',",
      },
    ],
    scenario: ordinary({ group: { min: 7 } }),
  },
  {
    invariant: 'foreign-untouched',
    says: 'keeps loads from the last backend of the list and not from its own',
    changes: [
      {
        file: 'operation/kinds/remove-backend.ts',
        search: 'change: { kind, node, backendId: backendIdOf(context), disabled }',
        replace:
          "change: { kind, node: context.facts.topology.known ? (context.facts.topology.value.backends.at(-1)?.address ?? '') : '', disabled }",
      },
    ],
    scenario: ordinary({}),
  },
  {
    invariant: 'holds-kept',
    says: 'hears the guards and does not heed them',
    changes: [
      { file: JUDGE, search: 'if (direction === undefined) return [];', replace: 'if (direction !== null) return [];' },
    ],
    scenario: ordinary({}),
  },
  {
    invariant: 'holds-kept',
    says: 'acts in the mode that only observes',
    changes: [
      withoutGuards('mode-observe'),
      { file: 'controller/admit-operation.ts', search: "policy.mode === 'observe' ||", replace: '' },
      { file: 'controller/admit-operation.ts', search: "mode === 'act'", replace: "mode !== 'approve'" },
    ],
    scenario: ordinary({ policy: { mode: 'observe' } }),
  },
  {
    invariant: 'unknown-never-in',
    says: 'shrinks a group whose load it cannot see',
    changes: [withoutGuards('metrics-unknown', 'metrics-stale', 'metrics-recovering', 'history-short')],
    scenario: ordinary({
      faults: [{ kind: 'prometheus', manner: 'missing', atMs: 12 * HOUR + 30 * MINUTE, forMs: 5 * HOUR }],
    }),
  },
  {
    invariant: 'patience-kept',
    says: 'shrinks a group again at once',
    changes: [withoutGuards('cooldown')],
    scenario: ordinary({ group: { cooldown: { inMs: 12 * HOUR, outMs: 0 } } }),
  },
  {
    invariant: 'reads-bounded',
    says: 'walks all tables for every look at a drain',
    changes: [
      {
        file: 'controller/operation/facts.ts',
        search: 'const wanted = looks({ operation, facts: bare, policy, now: at });',
        replace:
          "const wanted = [...looks({ operation, facts: bare, policy, now: at }), { fact: 'evidence' as const, group: operation.group, victims: [] }]; answers.clear();",
      },
    ],
    scenario: ordinary({ cluster: SLOW }),
  },
];

function frontendOf(followers: 3 | 5) {
  return {
    backendsPerFrontend: { min: 1, max: 20 },
    followers,
    observers: { min: 0, max: 0, managed: [] },
    provisioner: 'spares',
  };
}
