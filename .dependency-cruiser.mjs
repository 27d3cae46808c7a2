// The import rule: main -> cli -> app -> {adapters, simulator, backtest, controller} -> operation -> decision -> domain.
// Levels may be skipped downwards, never upwards or sideways. test/structure/boundaries.test.ts holds it.
const adapters = [
  'config',
  'doris',
  'prometheus',
  'provisioner',
  'store',
  'metrics',
  'logging',
  'notify',
  'server',
  'time',
  'console',
];

/** Folders of src that a folder may import, itself always included. */
const mayImport = {
  domain: [],
  decision: ['domain'],
  operation: ['decision', 'domain'],
  controller: ['operation', 'decision', 'domain'],
  backtest: ['operation', 'decision', 'domain'],
  simulator: ['domain'],
  ...Object.fromEntries(adapters.map((adapter) => [adapter, ['operation', 'decision', 'domain']])),
  app: [...adapters, 'simulator', 'backtest', 'controller', 'operation', 'decision', 'domain'],
  cli: ['app', ...adapters, 'simulator', 'backtest', 'controller', 'operation', 'decision', 'domain'],
};

const pure = '^src/(domain|decision|operation|backtest|controller|simulator/(model|sql))/';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...Object.entries(mayImport).map(([folder, others]) => ({
      name: `${folder}-imports-only-below`,
      comment: `src/${folder} may import ${others.length === 0 ? 'nothing but itself' : others.join(', ')}. Take what it needs as a port of src/domain/ports and hand it in from src/app.`,
      severity: 'error',
      from: { path: `^src/${folder}/` },
      to: { path: '^src/', pathNot: `^src/(${[folder, ...others].join('|')})/` },
    })),
    {
      name: 'no-unknown-folder',
      comment: 'A folder of src that no level names: give it its place in .dependency-cruiser.mjs first.',
      severity: 'error',
      from: { path: '^src/', pathNot: `^src/(main\\.ts$|(${Object.keys(mayImport).join('|')})/)` },
      to: {},
    },
    {
      name: 'nothing-imports-main',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^src/main\\.ts$' },
    },
    {
      name: 'no-cycle',
      comment: 'Two files that need each other are one file, or a third that both need.',
      severity: 'error',
      from: { path: '^src/' },
      to: { circular: true },
    },
    {
      name: 'pure-does-no-io',
      comment: 'Pure folders take what they need as arguments: no Node.js module and no library that does I/O.',
      severity: 'error',
      from: { path: pure },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'pure-uses-no-io-library',
      comment: 'Only libraries that compute: cron-parser for schedules.',
      severity: 'error',
      from: { path: pure },
      to: { path: 'node_modules', pathNot: 'node_modules/(cron-parser|luxon|fast-check)/' },
    },
    {
      name: 'src-imports-no-test',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|scripts)/' },
    },
    {
      name: 'resolves',
      comment: 'An import that resolves to nothing.',
      severity: 'error',
      from: { path: '^src/' },
      to: { couldNotResolve: true },
    },
    {
      name: 'no-development-library',
      comment: 'What src imports must be in dependencies, or the installed package breaks.',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
