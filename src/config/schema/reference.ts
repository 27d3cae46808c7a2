import type { JsonSchema } from './json-schema.ts';
import { policyJsonSchema } from './json-schema.ts';

/** One key of the policy file. */
export interface KeyReference {
  /** `clusters[].backends[].min`; `*` stands for a name of the operator's. */
  readonly key: string;
  /** What may stand there: `duration`, `observe / approve / act`, `list` ... */
  readonly value: string;
  /** In the units of the file; `required`, or empty when leaving it out has no value. */
  readonly whenAbsent: string;
  readonly meaning: string;
}

/** Every key of the policy file in the order of the schema, for the guide. */
export function keyReferences(): readonly KeyReference[] {
  return below(policyJsonSchema(), '');
}

/** The table of the guide, as Markdown. */
export function referenceTable(): string {
  const rows = keyReferences().map(({ key, value, whenAbsent, meaning }) =>
    [
      `\`${key}\``,
      value,
      whenAbsent === '' || whenAbsent === 'required' ? whenAbsent : `\`${whenAbsent}\``,
      meaning,
    ].join(' | '),
  );
  return ['| key | value | default | meaning |', '|---|---|---|---|', ...rows.map((row) => `| ${row} |`), ''].join(
    '\n',
  );
}

function below(schema: JsonSchema, prefix: string): readonly KeyReference[] {
  const own = Object.entries(schema.properties ?? {}).flatMap(([key, child]) =>
    one(child, prefix === '' ? key : `${prefix}.${key}`, schema.required?.includes(key) === true),
  );
  return [...own, ...inside(schema, prefix)];
}

/** What lies in a list, in a map with names of the operator's, or in one of several kinds. */
function inside(schema: JsonSchema, prefix: string): readonly KeyReference[] {
  const rows: KeyReference[] = [];
  if (schema.items !== undefined) rows.push(...below(schema.items, `${prefix}[]`));
  if (typeof schema.additionalProperties === 'object' && schema.properties === undefined) {
    rows.push(...below(schema.additionalProperties, `${prefix}.*`));
  }
  for (const kind of schema.oneOf ?? []) {
    const type = kind.properties?.['type']?.const;
    if (typeof type === 'string') {
      rows.push({
        key: `${prefix}.type`,
        value: `\`${type}\``,
        whenAbsent: 'required',
        meaning: kind.description ?? '',
      });
      const keys = below({ ...kind, properties: withoutType(kind) }, prefix);
      rows.push(...keys.map((row) => ({ ...row, meaning: `\`${type}\`: ${row.meaning}` })));
    }
  }
  return rows;
}

function withoutType(kind: JsonSchema): Readonly<Record<string, JsonSchema>> {
  return Object.fromEntries(Object.entries(kind.properties ?? {}).filter(([key]) => key !== 'type'));
}

function one(schema: JsonSchema, key: string, required: boolean): readonly KeyReference[] {
  const row = {
    key,
    value: valueText(schema),
    whenAbsent: required ? 'required' : defaultText(schema),
    meaning: schema.description ?? '',
  };
  return schema.title === 'secret' ? [row] : [row, ...below(schema, key)];
}

function valueText(schema: JsonSchema): string {
  if (schema.title === 'secret') return '`{env: NAME}` or `{file: PATH}`';
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${String(value)}\``).join(' / ');
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const).replaceAll('"', '')}\``;
  if (schema.type === 'array') {
    const item = schema.items === undefined ? '' : valueText(schema.items);
    return item === 'map' || item === '' ? 'list' : `list of ${item}`;
  }
  if (schema.type === 'object') return 'map';
  if (schema.title !== undefined) return schema.title;
  if (schema.type === undefined) return 'number or percentage';
  return typeof schema.type === 'string'
    ? schema.type === 'string'
      ? 'text'
      : schema.type === 'boolean'
        ? '`true` / `false`'
        : schema.type
    : 'number or text';
}

function defaultText(schema: JsonSchema): string {
  const value = schema.default;
  if (value === undefined) return '';
  if (Array.isArray(value)) return `[${value.map(String).join(', ')}]`;
  // A map's defaults stand at its own keys.
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
