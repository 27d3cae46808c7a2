import { readPolicyTree } from './source/read-policy-tree.ts';
import type { SourceReader } from './source/read-sources.ts';
import { readSources } from './source/read-sources.ts';

/** A policy in the words of its files, secrets as they are named there: to be written again with some of them changed. */
export function policyWords(path: string, reader: SourceReader): Readonly<Record<string, unknown>> {
  return readPolicyTree(readSources(path, reader).sources).value;
}
