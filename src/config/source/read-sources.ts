import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '../problem.ts';
import { error } from '../problem.ts';
import type { SourceText } from './read-yaml.ts';

export interface SourceReader {
  /** Rejects by throwing, as node:fs does. */
  readonly readFile: (path: string) => string;
  /** Names of the entries of a folder; undefined when the path is no folder. Default: node:fs. */
  readonly listFolder?: (path: string) => readonly string[] | undefined;
}

/** Reads one file, or every `*.yaml` and `*.yml` of a folder by name; hidden files are left out. */
export function readSources(
  path: string,
  reader: SourceReader,
): { readonly sources: readonly SourceText[]; readonly findings: readonly Finding[] } {
  const list = reader.listFolder ?? listFolder;
  let names: readonly string[] | undefined;
  try {
    names = list(path);
  } catch (cause) {
    return unreadable(path, cause);
  }
  if (names === undefined) return readAll([path], reader);
  const files = names
    .filter((name) => /^[^.].*\.ya?ml$/i.test(name))
    .toSorted((a, b) => (a < b ? -1 : 1))
    .map((name) => join(path, name));
  if (files.length > 0) return readAll(files, reader);
  return {
    sources: [],
    findings: [
      error(
        { file: path, line: 1, column: 1, path: '' },
        'this folder has no policy',
        'put a file into it whose name ends in .yaml',
      ),
    ],
  };
}

function readAll(files: readonly string[], reader: SourceReader) {
  const sources: SourceText[] = [];
  const findings: Finding[] = [];
  for (const file of files) {
    try {
      sources.push({ file, text: reader.readFile(file) });
    } catch (cause) {
      findings.push(...unreadable(file, cause).findings);
    }
  }
  return { sources, findings };
}

function unreadable(file: string, cause: unknown) {
  return {
    sources: [],
    findings: [
      error(
        { file, line: 1, column: 1, path: '' },
        `this cannot be read: ${reasonOf(cause)}`,
        'name the policy with --config FILE',
      ),
    ],
  };
}

/** Why a file cannot be read, in words. */
export function reasonOf(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EACCES') return 'permission is denied';
  if (code === 'EISDIR') return 'it is a folder';
  return cause instanceof Error ? cause.message : String(cause);
}

function listFolder(path: string): readonly string[] | undefined {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true ? readdirSync(path) : undefined;
}
