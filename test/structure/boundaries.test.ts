import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import rules from '../../.dependency-cruiser.mjs';

const root = join(import.meta.dirname, '..', '..');

/** Raise these as src grows: a cruise that sees too little would pass whatever stands there. */
const leastModules = 450;
const leastEdges = 2200;

describe('the import rule', () => {
  it('holds over the whole of src, which is really looked at', async () => {
    const { modules, summary } = await cruiseSources(root);
    expect(summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`)).toEqual([]);
    expect(modules.filter(({ source }) => source.startsWith('src/')).length).toBeGreaterThanOrEqual(leastModules);
    expect(modules.flatMap(({ dependencies }) => dependencies).length).toBeGreaterThanOrEqual(leastEdges);
  });
});

describe('a planted import', () => {
  let copy: string;

  beforeAll(() => {
    copy = mkdtempSync(join(tmpdir(), 'boundaries-'));
    cpSync(join(root, 'src'), join(copy, 'src'), { recursive: true });
    cpSync(join(root, 'tsconfig.json'), join(copy, 'tsconfig.json'));
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    for (const [path, text] of Object.entries(planted)) {
      mkdirSync(dirname(join(copy, path)), { recursive: true });
      writeFileSync(join(copy, path), text);
    }
  });

  afterAll(() => {
    rmSync(copy, { recursive: true, force: true });
  });

  it('fails for every forbidden direction and passes for the allowed one', async () => {
    const { summary } = await cruiseSources(copy);
    const found = summary.violations
      .filter(({ from }) => from.includes('/planted/'))
      .map(({ rule, from }) => `${from}: ${rule.name}`)
      .sort();
    expect(found).toEqual(
      [
        'src/config/planted/adapter-to-adapter.ts: config-imports-only-below',
        'src/controller/planted/controller-to-adapter.ts: controller-imports-only-below',
        'src/decision/planted/cycle-a.ts: no-cycle',
        'src/decision/planted/does-io.ts: pure-does-no-io',
        'src/decision/planted/io-library.ts: pure-uses-no-io-library',
        'src/domain/planted/domain-to-decision.ts: domain-imports-only-below',
        'src/operation/planted/operation-to-controller.ts: operation-imports-only-below',
        'src/simulator/planted/simulator-to-decision.ts: simulator-imports-only-below',
        'src/store/planted/adapter-to-controller.ts: store-imports-only-below',
        'src/planted/unknown-folder.ts: no-unknown-folder',
        'src/backtest/planted/backtest-to-adapter.ts: backtest-imports-only-below',
        'src/app/planted/app-to-cli.ts: app-imports-only-below',
      ].sort(),
    );
  });
});

const planted: Readonly<Record<string, string>> = {
  'src/decision/planted/value.ts': 'export type Value = number;\n',
  'src/config/planted/value.ts': 'export type Value = number;\n',
  'src/controller/planted/value.ts': 'export type Value = number;\n',
  'src/cli/planted/value.ts': 'export type Value = number;\n',
  'src/domain/planted/value.ts': 'export type Value = number;\n',
  'src/domain/planted/domain-to-decision.ts': imports('../../decision/planted/value.ts'),
  'src/operation/planted/operation-to-controller.ts': imports('../../controller/planted/value.ts'),
  'src/controller/planted/controller-to-adapter.ts': imports('../../config/planted/value.ts'),
  'src/config/planted/adapter-to-adapter.ts': imports('../../store/planted/value.ts'),
  'src/store/planted/value.ts': 'export type Value = number;\n',
  'src/store/planted/adapter-to-controller.ts': imports('../../controller/planted/value.ts'),
  'src/store/planted/allowed.ts': imports('../../domain/planted/value.ts'),
  'src/backtest/planted/backtest-to-adapter.ts': imports('../../config/planted/value.ts'),
  'src/simulator/planted/simulator-to-decision.ts': imports('../../decision/planted/value.ts'),
  'src/app/planted/app-to-cli.ts': imports('../../cli/planted/value.ts'),
  'src/planted/unknown-folder.ts': imports('../domain/planted/value.ts'),
  'src/decision/planted/cycle-a.ts': `import type { B } from './cycle-b.ts';\nexport type A = B | 1;\n`,
  'src/decision/planted/cycle-b.ts': `import type { A } from './cycle-a.ts';\nexport type B = A[] | 2;\n`,
  'src/decision/planted/does-io.ts': `import { readFileSync } from 'node:fs';\nexport const read = readFileSync;\n`,
  'src/decision/planted/io-library.ts': `import { Pool } from 'undici';\nexport const pool = Pool;\n`,
};

function imports(path: string): string {
  return `import type { Value } from '${path}';\nexport type Planted = Value;\n`;
}

async function cruiseSources(baseDir: string): Promise<ICruiseResult> {
  const { options, ...ruleSet } = rules;
  const result = await cruise(['src'], { ...options, ruleSet, validate: true, baseDir }, undefined, {
    tsConfig: extractTSConfig(join(baseDir, 'tsconfig.json')),
  });
  if (typeof result.output === 'string')
    throw new TypeError('dependency-cruiser answered with text, not with a result');
  return result.output;
}
