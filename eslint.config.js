import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/**
 * The only places that may touch the outside world, each with the kinds that it needs and no more. Everything else
 * takes the instant, the clock, the randomness and the environment as arguments. Add a file here, never a
 * disable comment there. Where two entries match a file, the later one alone counts.
 */
const adapters = [
  { files: ['src/main.ts'], may: ['timers', 'process'] },
  { files: ['src/app/worker/**'], may: ['process'] },
  { files: ['src/config/revision.ts'], may: ['random'] },
  { files: ['src/config/watch-policy.ts'], may: ['timers'] },
  { files: ['src/doris/deadline.ts'], may: ['timers'] },
  { files: ['src/prometheus/query/next-turn.ts'], may: ['timers'] },
  { files: ['src/provisioner/exec/run-command.ts'], may: ['timers', 'process'] },
  { files: ['src/provisioner/one-call-per-key.ts'], may: ['timers'] },
  { files: ['src/server/authorize.ts'], may: ['random'] },
  { files: ['src/simulator/wire/**'], may: ['timers', 'random'] },
  { files: ['src/store/loads.ts'], may: ['timers'] },
  { files: ['src/store/store.ts'], may: ['clock'] },
  { files: ['src/time/**'], may: ['clock', 'timers', 'random'] },
];

const kinds = {
  clock: {
    globals: ['Date', 'performance'],
    properties: [{ object: 'Temporal', property: 'Now' }],
    modules: ['perf_hooks'],
    instead: 'take the instant as an argument, or the Clock port',
  },
  timers: {
    globals: ['setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval', 'clearImmediate'],
    properties: [],
    modules: ['timers', 'timers/promises'],
    instead: 'wait with sleep() of the Clock port',
  },
  random: {
    globals: ['crypto'],
    properties: [{ object: 'Math', property: 'random' }],
    modules: ['crypto'],
    instead: 'take a seeded source or the Ids port',
  },
  process: {
    globals: ['process'],
    properties: [],
    modules: ['process', 'child_process', 'worker_threads'],
    instead: 'main.ts turns argv, env and signals into the CliContext, app/worker/ starts threads',
  },
};

const shape = [
  { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' },
  { selector: 'ExportAllDeclaration', message: 'No barrels: import from the file that defines it.' },
  { selector: 'TSEnumDeclaration', message: 'Use a union of string literals.' },
];

/** The rules for files that may use the named kinds of the outside world and no other. */
function rulesWithout(may) {
  const banned = Object.entries(kinds).flatMap(([kind, ban]) => (may.includes(kind) ? [] : [ban]));
  const properties = banned.flatMap((ban) => ban.properties.map((one) => ({ ...one, message: `${ban.instead}.` })));
  const temporalNow = may.includes('clock')
    ? []
    : [{ selector: 'MemberExpression[property.name="Temporal"]', message: 'Write Temporal, not globalThis.Temporal.' }];
  return {
    'no-restricted-syntax': ['error', ...shape, ...temporalNow],
    'no-restricted-globals': [
      'error',
      {
        globals: banned.flatMap(({ globals, instead }) => globals.map((name) => ({ name, message: `${instead}.` }))),
        checkGlobalObject: true,
        globalObjects: ['global'],
      },
    ],
    // A severity without options would keep the options of the rule above it.
    'no-restricted-properties': properties.length === 0 ? 'off' : ['error', ...properties],
    'no-restricted-imports': [
      'error',
      {
        paths: banned.flatMap(({ modules, instead }) =>
          modules.flatMap((name) => [
            { name, message: `${instead}.` },
            { name: `node:${name}`, message: `${instead}.` },
          ]),
        ),
      },
    ],
  };
}

export default defineConfig(
  { ignores: ['dist/', 'coverage/', 'data/', 'test/fixtures/', '**/*.js', '**/*.mjs', '**/*.cjs'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeCheckedOnly],
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: 'error',
      'prefer-const': 'error',
      'no-var': 'error',
      '@typescript-eslint/ban-ts-comment': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: true },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // Ports return promises; an async function without await still turns a throw into a rejection.
      '@typescript-eslint/require-await': 'off',
    },
  },
  { files: ['src/**/*.ts'], rules: rulesWithout([]) },
  ...adapters.map(({ files, may }) => ({ files, rules: rulesWithout(may) })),
  {
    files: ['test/**/*.ts'],
    rules: {
      // What tests take apart are closures and object literals, none of which uses `this`.
      '@typescript-eslint/unbound-method': 'off',
      'no-restricted-properties': [
        'error',
        { object: 'vi', property: 'useFakeTimers', message: 'Fake timers do not move Temporal: inject a clock.' },
      ],
    },
  },
);
