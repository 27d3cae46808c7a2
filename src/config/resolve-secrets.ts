import type { Secret } from '../domain/policy.ts';
import type { Finding } from './problem.ts';
import { error } from './problem.ts';
import type { SecretFile } from './schema/secret.ts';
import type { Locate } from './source/located.ts';
import { reasonOf } from './source/read-sources.ts';

/** `closed`: for what never uses one, such as a look at the store from a shell that has no password. */
export type SecretUse = 'read' | 'closed';

export interface SecretSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly readFile: (path: string) => string;
}

/** Values by where they were read from. */
export type SecretValues = ReadonlyMap<string, string>;

/** Every secret of one reading of the policy: each source is read once, so checks and policy see the same value. */
export class SecretBook {
  readonly #sources: SecretSources;
  readonly #use: SecretUse;
  readonly #read = new Map<string, string | Fault>();

  constructor(sources: SecretSources, use: SecretUse = 'read') {
    this.#sources = sources;
    this.#use = use;
  }

  /** The findings of a secret of the file; none when it can be revealed. */
  check(file: SecretFile, locate: Locate): readonly Finding[] {
    if (file.env !== undefined && file.file !== undefined) {
      return [error(locate('file'), 'this has env and file', 'keep one of the two')];
    }
    if (file.env === undefined && file.file === undefined) {
      return [error(locate(), 'this names no secret', 'write {env: NAME} or {file: PATH}')];
    }
    if (this.#use === 'closed') return [];
    const value = this.#value(file);
    if (typeof value === 'string') return [];
    return [error(locate(file.env === undefined ? 'file' : 'env'), value.message, value.hint)];
  }

  /** A file that is no secret, such as a certificate: read for the same reasons, at the place of its path. */
  checkFile(path: string, locate: Locate): readonly Finding[] {
    if (this.#use === 'closed') return [];
    const value = this.#value({ file: path });
    return typeof value === 'string' ? [] : [error(locate(), value.message, value.hint)];
  }

  /** All that could be read, as plain data; undefined when none was to be. */
  values(): SecretValues | undefined {
    if (this.#use === 'closed') return undefined;
    const values = new Map<string, string>();
    for (const [key, value] of this.#read) if (typeof value === 'string') values.set(key, value);
    return values;
  }

  #value(file: SecretFile): string | Fault {
    const key = keyOf(file);
    const known = this.#read.get(key);
    if (known !== undefined) return known;
    const read = file.env === undefined ? fromFile(file.file ?? '', this.#sources) : fromEnv(file.env, this.#sources);
    this.#read.set(key, read);
    return read;
  }
}

/** A secret that is among the values read; without them one that cannot be revealed. */
export function secretOf(file: SecretFile, values: SecretValues | undefined): Secret {
  const source = file.env === undefined ? `file ${file.file ?? ''}` : `env ${file.env}`;
  if (values === undefined) return { reveal: () => closed(source), source };
  const value = values.get(keyOf(file));
  if (value === undefined) throw new TypeError(`secret not checked: ${source}`);
  return { reveal: () => value, source };
}

function closed(source: string): never {
  throw new TypeError(`secret not read: ${source}`);
}

/** Where it is read from. */
function keyOf(file: SecretFile): string {
  return JSON.stringify([file.env, file.file]);
}

interface Fault {
  readonly message: string;
  readonly hint: string;
}

function fromEnv(name: string, { env }: SecretSources): string | Fault {
  const value = Object.hasOwn(env, name) ? env[name] : undefined;
  if (value === undefined) {
    return {
      message: `the environment variable ${name} is not set`,
      hint: `set it where the daemon starts: export ${name}=...`,
    };
  }
  return value === '' ? { message: `the environment variable ${name} is empty`, hint: 'give it a value' } : value;
}

/** One newline at the end is cut off. */
function fromFile(path: string, { readFile }: SecretSources): string | Fault {
  let text: string;
  try {
    text = readFile(path);
  } catch (cause) {
    return { message: `${path} cannot be read: ${reasonOf(cause)}`, hint: 'name a file that the daemon may read' };
  }
  const value = text.replace(/\r?\n$/, '');
  return value === '' ? { message: `${path} is empty`, hint: 'write its contents' } : value;
}
