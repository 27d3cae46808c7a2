import { join } from 'node:path';
import { ESLint } from 'eslint';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const eslint = new ESLint({ cwd: root });

/** Rules that need types look at a file of the program: the text stands in for that of a real one. */
async function complaints(text: string): Promise<readonly string[]> {
  const results = await eslint.lintText(text, { filePath: join(root, 'src/domain/instant.ts') });
  return results.flatMap(({ messages }) => messages).map(({ ruleId, message }) => ruleId ?? message);
}

const later = 'declare function later(): Promise<number>;\n';
const colour = "declare const colour: 'red' | 'green';\n";

describe('refused anywhere', () => {
  it.each([
    ['a promise that nobody waits for', `${later}later();`, '@typescript-eslint/no-floating-promises'],
    ['a promise as a condition', `${later}if (later()) throw new Error();`, '@typescript-eslint/no-misused-promises'],
    [
      'a switch that forgets a case',
      `${colour}switch (colour) {\n  case 'red':\n    throw new Error();\n}`,
      '@typescript-eslint/switch-exhaustiveness-check',
    ],
    ['any', 'export const x = (y: any): unknown => y;', '@typescript-eslint/no-explicit-any'],
    ['what is no error thrown', "throw 'x';", '@typescript-eslint/only-throw-error'],
    [
      'a type imported as a value',
      "import { Node } from './node.ts';\nexport type X = Node;",
      '@typescript-eslint/consistent-type-imports',
    ],
    [
      'a disabling comment without a reason to be there',
      '// eslint-disable-next-line eqeqeq\nexport const x = 1;',
      "Unused eslint-disable directive (no problems were reported from 'eqeqeq').",
    ],
  ])('%s', async (_, text, rule) => {
    expect(await complaints(text)).toContain(rule);
  });

  it('nothing in a text that is right', async () => {
    expect(await complaints(`${later}export const x = async (): Promise<number> => (await later()) + 1;`)).toEqual([]);
  });
});
