import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JsonSchema } from '../../../src/config/schema/json-schema.ts';
import { exampleAt, keysAt, policyJsonSchema } from '../../../src/config/schema/json-schema.ts';
import { keyReferences, referenceTable } from '../../../src/config/schema/reference.ts';

const ROOT = join(import.meta.dirname, '../../..');

describe('config/schema.json', () => {
  it('is what `doris-autoscaler schema` prints (mend: ... schema > config/schema.json)', () => {
    expect(readFileSync(join(ROOT, 'config/schema.json'), 'utf8')).toBe(
      `${JSON.stringify(policyJsonSchema(), null, 2)}\n`,
    );
  });

  it('describes what people write: defaults in units, no unknown keys', () => {
    const schema = policyJsonSchema();
    expect(schema.additionalProperties).toBe(false);
    expect(schema.required).toEqual(['version', 'store', 'clusters']);
    expect(schema.properties?.['interval']).toMatchObject({ default: '30s', type: 'string' });
    const cluster = schema.properties?.['clusters']?.items;
    expect(cluster?.required).toEqual(['name', 'endpoints', 'user', 'prometheus', 'windows', 'backends']);
    expect(cluster?.properties?.['prometheus']?.required).toEqual(['url']);
    expect(cluster?.properties?.['windows']?.required).toEqual(['timezone']);
    expect(cluster?.properties?.['backends']?.items?.required).toEqual(['min', 'max', 'signals']);
    expect(cluster?.properties?.['backends']?.items?.properties?.['cooldown']?.properties?.['in']).toMatchObject({
      default: '12h',
    });
  });

  it('says of every key what it means', () => {
    expect(undescribed(policyJsonSchema(), '')).toEqual([]);
  });
});

/** Paths of keys without a description. */
function undescribed(schema: JsonSchema, path: string): readonly string[] {
  const inner = [
    ...Object.entries(schema.properties ?? {}).flatMap(([key, child]) => [
      ...(child.description === undefined && child.const === undefined ? [`${path}.${key}`] : []),
      ...undescribed(child, `${path}.${key}`),
    ]),
    ...(schema.items === undefined ? [] : undescribed(schema.items, `${path}[]`)),
    ...(typeof schema.additionalProperties === 'object' ? undescribed(schema.additionalProperties, `${path}.*`) : []),
    ...(schema.oneOf ?? []).flatMap((one) => undescribed(one, path)),
  ];
  return inner;
}

describe('docs/guide/configuration.md', () => {
  const guide = readFileSync(join(ROOT, 'docs/guide/configuration.md'), 'utf8');

  it('has the table of every key (mend: ... schema --table)', () => {
    expect(guide.split('<!-- keys -->\n')[1]).toBe(referenceTable());
  });

  it('has a row for every key, each once', () => {
    const keys = keyReferences().map(({ key, value, meaning }) => `${key} ${value} ${meaning}`);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.length).toBeGreaterThan(120);
  });
});

describe('what may stand at a place', () => {
  it.each([
    [['clusters', 0, 'windows'], 'timezone'],
    [['provisioners', 'any'], 'command'],
    [['clusters', 3, 'backends', 1, 'signals', 0], 'perNode'],
  ])('%j knows %s', (path, key) => {
    expect(keysAt(path)).toContain(key);
  });

  it.each([
    [['clusters', 0, 'endpoints'], '["fe1:9030"]'],
    [['clusters', 0, 'mode'], 'observe'],
    [['interval'], '30s'],
    [['nowhere'], undefined],
  ])('%j is written %s', (path, example) => {
    expect(exampleAt(path)).toBe(example);
  });
});
