import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ClusterReader } from '../../../src/domain/ports/cluster-reader.ts';
import type { ResultSet } from '../../../src/domain/ports/frontend-channel.ts';
import { DorisError } from '../../../src/doris/errors.ts';
import { type Damage, anyResult, damageOf, damaged } from '../../support/doris/damage.ts';
import { FIRST_BACKEND, recordedCluster } from '../../support/doris/recorded-cluster.ts';
import { RECORDED_VERSIONS, type RecordedVersion } from '../../support/doris/recordings.ts';

const READS: Readonly<Record<string, (reader: ClusterReader, backend: string) => Promise<unknown>>> = {
  topology: (reader) => reader.topology(),
  look: (reader) => reader.look(),
  migration: (reader) => reader.migration(),
  evidence: (reader, backend) => reader.evidence({ group: 'default', victims: [backend] }),
  'walk over the tablets': (reader) => reader.walkTablets(),
  activity: (reader, backend) => reader.activity(backend, 60),
  'residual tablets': (reader, backend) => reader.residualTablets(backend),
  'evidence of a stall': (reader) => reader.stallEvidence('default'),
  'tables left': (reader, backend) => reader.tablesLeft(backend),
  'cancelled loads': (reader) => reader.cancelledLoads(),
  configs: (reader) => reader.configs(['disable_balance', 'no_such_key']),
  'queries of a frontend': (reader) => reader.frontendQueries('127.0.0.1:9010'),
  masters: (reader) => reader.masters(),
  'paused routine loads': (reader) => reader.pausedRoutineLoads(),
};
/** As a part of an answer tells why it is unknown: an error of ours in the reading would be told in the same place. */
const OUR_FAULT =
  /\bis not (a function|iterable|defined)\b|Cannot (read|set|convert)|call stack|\bundefined\b|Invalid /;

/** An error is a line for a person, however long the text that it speaks of; its name comes before it. */
const LONGEST = 2200;

/** Reads with every answer changed by `change`, and says what was asked. A read that no one could name an error of fails. */
async function read(
  version: RecordedVersion,
  name: string,
  change: (statement: string, answer: ResultSet) => ResultSet,
  body = '{"code":0}',
): Promise<readonly string[]> {
  const asked: string[] = [];
  const { reader } = recordedCluster(version, {
    after: (text, answer = { columns: [], rows: [] }) => {
      asked.push(text);
      return 'columns' in answer ? change(text, answer) : answer;
    },
    http: async () => ({ status: 200, body }),
  });
  try {
    const value = await READS[name]?.(reader, FIRST_BACKEND[version]);
    const told = JSON.stringify(value) ?? '';
    for (const [, reason = ''] of told.matchAll(/"known":false,"reason":"((?:[^"\\]|\\.)*)"/g)) {
      expect(reason.length).toBeLessThan(LONGEST);
      expect(reason.replaceAll(/\\"(?:[^"\\]|\\.)*\\"/g, '')).not.toMatch(OUR_FAULT);
    }
    expect(told).not.toContain('NaN');
  } catch (error) {
    expect(error).toBeInstanceOf(DorisError);
    expect(String(error).length).toBeLessThan(LONGEST);
  }
  return asked;
}

describe.each(RECORDED_VERSIONS)('answers of %s that are not as they should be', (version) => {
  test.each(Object.keys(READS))('%s: gives a value or an error with a name', { timeout: 60_000 }, async (name) => {
    const statements = [...new Set(await read(version, name, (_statement, answer) => answer))];
    expect(statements).not.toEqual([]);
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: statements.length - 1 }),
        fc.array(damageOf, { minLength: 1, maxLength: 4 }),
        async (which, damages: readonly Damage[]) => {
          await read(version, name, (statement, answer) =>
            statement === statements[which] ? damages.reduce(damaged, answer) : answer,
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  test.each(Object.keys(READS))('%s: whatever columns, rows and texts there are', { timeout: 60_000 }, async (name) => {
    await fc.assert(
      fc.asyncProperty(anyResult, fc.boolean(), async (any, alsoTheMembers) => {
        await read(version, name, (statement, answer) =>
          /^SHOW (FRONTENDS|BACKENDS)$/.test(statement) && !alsoTheMembers ? answer : any,
        );
      }),
      { numRuns: 30 },
    );
  });

  test.each(['evidence', 'paused routine loads'])('%s: any body of the REST interface', async (name) => {
    const bodies = fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('utf8')),
      fc.json(),
      fc
        .record({ code: fc.jsonValue(), data: fc.jsonValue(), msg: fc.jsonValue() }, { requiredKeys: [] })
        .map((value) => JSON.stringify(value)),
      fc.string().map((text) => `doris_fe_job{job="load", type="ROUTINE_LOAD", state="PAUSED"} ${text}`),
    );
    await fc.assert(
      fc.asyncProperty(bodies, async (body) => {
        await read(version, name, (_statement, answer) => answer, body);
      }),
    );
  });
});
