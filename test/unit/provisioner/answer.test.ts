import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProvisionerError } from '../../../src/provisioner/errors.ts';
import { answerOf, hostsIn, nodeIn } from '../../../src/provisioner/exec/answer.ts';
import type { Answer } from '../../../src/provisioner/exec/answer.ts';
import type { CommandResult } from '../../../src/provisioner/exec/run-command.ts';

const RIGHT = '{"ok":true,"host":"10.0.0.21:9050","detail":"as asked","hosts":[{"host":"be22","state":"free"}]}';

const host = fc.oneof(
  fc.constantFrom('10.0.0.21', 'be21:9050', 'be21:0', 'be21:70000', '[fd00::5]:9150', 'fd00::5', '', ':', '[', 'a:b'),
  fc.string({ unit: 'binary' }),
);
const port = fc.oneof(fc.constantFrom(0, 1, 9050, 65_535, 65_536, -1, 1.5), fc.jsonValue());
/** Objects whose keys are those of an answer and whose values are often none. */
const nearlyRight = fc.record(
  {
    ok: fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.jsonValue() }),
    host,
    heartbeatPort: port,
    editLogPort: port,
    detail: fc.oneof(fc.string(), fc.jsonValue()),
    hosts: fc.oneof(
      fc.array(
        fc.record(
          { host, heartbeatPort: port, editLogPort: port, state: fc.constantFrom('free', 'gone'), key: fc.string() },
          { requiredKeys: ['host'] },
        ),
      ),
      fc.jsonValue(),
    ),
  },
  { requiredKeys: [] },
);
const stdout = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('utf8')),
  fc.nat(RIGHT.length).map((length) => RIGHT.slice(0, length)),
  fc.json(),
  nearlyRight.map((value) => JSON.stringify(value)),
);
const ended: fc.Arbitrary<Omit<CommandResult, 'stdout'>> = fc.record({
  exitCode: fc.oneof(fc.constant(0), fc.constantFrom(1, 75, 255, undefined)),
  signal: fc.constantFrom(undefined, 'SIGKILL' as const),
  stderr: fc.string({ unit: 'binary' }),
  timedOut: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
});
const FINE = { exitCode: 0, signal: undefined, stderr: '', timedOut: false };

/** The answer, or the error by which none is taken; anything else fails. */
function read(result: CommandResult): Answer | ProvisionerError {
  try {
    return answerOf(result, 'provisioner spares: list', 20_000);
  } catch (error) {
    if (error instanceof ProvisionerError) return error;
    throw error;
  }
}

describe('whatever a program prints', () => {
  it('is an answer after exit 0 in time, or an error that names the provisioner and what was asked', () => {
    fc.assert(
      fc.property(ended, stdout, (end, said) => {
        const found = read({ ...end, stdout: said });
        if (found instanceof ProvisionerError) {
          expect(found.message.startsWith('provisioner spares: list: ')).toBe(true);
          return;
        }
        expect([found.ok, end.exitCode, end.timedOut]).toEqual([true, 0, false]);
      }),
      { numRuns: 2_000 },
    );
  });

  it('as an answer names hosts with a port that there can be, or none', () => {
    let named = 0;
    fc.assert(
      fc.property(stdout, fc.constantFrom('backend' as const, 'frontend' as const), (said, role) => {
        const found = read({ ...FINE, stdout: said });
        if (found instanceof ProvisionerError) return;
        const addresses = [nodeIn(found, role), ...hostsIn(found)].flatMap((each) => each?.address ?? []);
        named += addresses.length;
        for (const address of addresses) {
          const written = Number(/:(\d+)$/.exec(address)?.[1]);
          expect(written >= 1 && written <= 65_535, address).toBe(true);
        }
      }),
      { numRuns: 2_000 },
    );
    expect(named).toBeGreaterThan(0);
  });
});
