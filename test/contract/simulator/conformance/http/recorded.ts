import { readFileSync } from 'node:fs';

export interface RecordedExchange {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** `none`, or a user with `<password>` where he had one. */
  readonly auth: string;
  readonly requestBody?: unknown;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly note?: string;
  readonly state?: string;
  readonly truncatedFrom?: number;
}

export type RecordedVersion = '2.1' | '4.0';

const FOLDERS: Readonly<Record<RecordedVersion, string>> = { '2.1': '2.1', '4.0': '4.x' };

/** What real FEs answered over HTTP, in the order asked. */
export function recordedExchanges(version: RecordedVersion, file: string): readonly RecordedExchange[] {
  const url = new URL(`../../../../fixtures/doris/${FOLDERS[version]}/${file}.json`, import.meta.url);
  const entries = JSON.parse(readFileSync(url, 'utf8')) as readonly Partial<RecordedExchange>[];
  return entries.filter((entry): entry is RecordedExchange => entry.method !== undefined && (entry.status ?? 0) > 0);
}
