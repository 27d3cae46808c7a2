import * as z from 'zod';
import type { Path, PathPart } from '../problem.ts';
import { policyFile } from './policy-file.ts';

/** The part of JSON Schema that the policy's own schema uses. */
export interface JsonSchema {
  readonly $schema?: string;
  readonly $id?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

/** JSON Schema (2020-12) of the policy file as people write it: defaults in the units of the file. */
export function policyJsonSchema(): JsonSchema {
  built ??= { title: 'doris-autoscaler policy', ...(z.toJSONSchema(policyFile, { io: 'input' }) as JsonSchema) };
  return built;
}

/** Costs 20 ms and is only wanted for a wrong file, hence not at import. */
let built: JsonSchema | undefined;

/** Keys that may stand at a path. */
export function keysAt(path: Path): readonly string[] {
  return [...new Set(schemasAt(path).flatMap((schema) => Object.keys(schema.properties ?? {})))];
}

/** How a value at a path may be written, as YAML on one line. */
export function exampleAt(path: Path): string | undefined {
  for (const schema of schemasAt(path)) {
    const example = schema.examples?.[0] ?? schema.default ?? schema.const;
    if (example !== undefined && !isEmpty(example)) return flowText(example);
    const map = exampleOfMap(schema);
    if (!isEmpty(map)) return flowText(map);
    const values = schema.enum;
    if (values !== undefined) return values.map(String).join(' | ');
  }
  return undefined;
}

/** The keys that have a default, each with it. */
function exampleOfMap({ properties = {} }: JsonSchema): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(properties).flatMap(([key, { default: value }]) =>
      value === undefined || isEmpty(value) ? [] : [[key, value]],
    ),
  );
}

function schemasAt(path: Path): readonly JsonSchema[] {
  let schemas: readonly JsonSchema[] = [policyJsonSchema()];
  for (const part of path) schemas = schemas.flatMap((schema) => child(schema, part));
  return schemas.flatMap((schema) => [schema, ...(schema.oneOf ?? []), ...(schema.anyOf ?? [])]);
}

function child(schema: JsonSchema, part: PathPart): readonly JsonSchema[] {
  const own = typeof part === 'number' ? schema.items : (schema.properties?.[part] ?? additional(schema));
  const inner = [...(schema.oneOf ?? []), ...(schema.anyOf ?? [])].flatMap((option) => child(option, part));
  return own === undefined ? inner : [own, ...inner];
}

function additional(schema: JsonSchema): JsonSchema | undefined {
  return typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

/** YAML flow style: `[mon-fri]`, `{signal: be_cpu, target: 60%}`. */
function flowText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flowText).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([key, inner]) => `${key}: ${flowText(inner)}`)
      .join(', ')}}`;
  }
  const text = String(value);
  return /[:,#{}[\]]\S*\d|[{}[\],]|: /.test(text) && typeof value === 'string' ? JSON.stringify(text) : text;
}
