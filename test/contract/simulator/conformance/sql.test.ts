import { afterAll, describe, expect, it } from 'vitest';
import { collectShapes } from './compare.ts';
import { DEVIATIONS } from './deviations.ts';
import { readRecordings } from './recordings.ts';
import { replay } from './replay.ts';

const recordings = readRecordings();
const shapesOf = collectShapes(recordings);

/** Recorded statements that get Doris's own parse error: nobody sends them to a simulated cluster. */
const UNKNOWN: readonly string[] = [];

describe('everything that real FEs were asked is answered in their manner', () => {
  const unknown = new Set<string>();
  afterAll(() => {
    console.log(`recorded statements that the simulator does not know:\n  ${[...unknown].join('\n  ') || 'none'}`);
  });

  for (const recording of recordings) {
    const name = `${recording.version} ${recording.file.replace('.json', '')}`;
    it(name, () => {
      const replayed = replay(recording, shapesOf(recording));
      for (const statement of replayed.unknown) unknown.add(statement);
      const allowed = (DEVIATIONS[name] ?? []).map(({ at }) => `#${String(at)} `);
      expect(replayed.differences.filter((text) => !allowed.some((prefix) => text.startsWith(prefix)))).toEqual([]);
      expect(allowed.filter((prefix) => !replayed.differences.some((text) => text.startsWith(prefix)))).toEqual([]);
      expect(replayed.unknown.filter((statement) => !UNKNOWN.includes(statement))).toEqual([]);
    });
  }
});
