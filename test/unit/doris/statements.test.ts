import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatAddress, parseAddress } from '../../../src/doris/address.ts';
import { DorisStatementFailed } from '../../../src/doris/errors.ts';
import { setConfigStatement, statementOf } from '../../../src/doris/write/statements.ts';

const node = '10.0.0.5:9050';

describe('statements', () => {
  test.each([
    [
      { kind: 'add-backend', node, group: 'default' },
      'ALTER SYSTEM ADD BACKEND "10.0.0.5:9050" PROPERTIES ("tag.location" = "default")',
    ],
    [{ kind: 'decommission-backend', node }, 'ALTER SYSTEM DECOMMISSION BACKEND "10.0.0.5:9050"'],
    [{ kind: 'cancel-decommission', node }, 'CANCEL DECOMMISSION BACKEND "10.0.0.5:9050"'],
    [{ kind: 'drop-never-alive-backend', node }, 'ALTER SYSTEM DROPP BACKEND "10.0.0.5:9050"'],
    [
      { kind: 'disable-query', node, disabled: true },
      'ALTER SYSTEM MODIFY BACKEND "10.0.0.5:9050" SET ("disable_query" = "true")',
    ],
    [
      { kind: 'disable-load', node, disabled: false },
      'ALTER SYSTEM MODIFY BACKEND "10.0.0.5:9050" SET ("disable_load" = "false")',
    ],
    [{ kind: 'add-frontend', node: 'fe4.prod:9010', role: 'OBSERVER' }, 'ALTER SYSTEM ADD OBSERVER "fe4.prod:9010"'],
    [
      { kind: 'drop-frontend', node: '[fd00::5]:9010', role: 'FOLLOWER' },
      'ALTER SYSTEM DROP FOLLOWER "[fd00::5]:9010"',
    ],
  ] as const)('%o', (change, text) => {
    expect(statementOf(change)).toBe(text);
  });

  test('a setting names one key, for one FE or for all', () => {
    expect(setConfigStatement('schedule_slot_num_per_hdd_path', '8', { all: false })).toBe(
      'ADMIN SET FRONTEND CONFIG ("schedule_slot_num_per_hdd_path" = "8")',
    );
    expect(setConfigStatement('drop_backend_after_decommission', 'false', { all: true })).toBe(
      'ADMIN SET ALL FRONTENDS CONFIG ("drop_backend_after_decommission" = "false")',
    );
  });

  test.each([
    ['schedule_slot_num_per_hdd_path', '0'],
    ['schedule_slot_num_per_ssd_path', '-1'],
    ['balance_slot_num_per_path', '1001'],
    ['balance_slot_num_per_path', '2.5'],
    ['drop_backend_after_decommission', 'yes'],
    ['disable_tablet_scheduler', 'true'],
    ['x") ; DROP', '1'],
  ])('%s = %s is refused before it is sent', (key, value) => {
    expect(() => setConfigStatement(key, value, { all: true })).toThrow(DorisStatementFailed);
  });

  test.each(['', 'a b', 'x"y', 'a;b', 'tag-1', '9x', 'a'.repeat(34)])('a tag %j is refused', (group) => {
    expect(() => statementOf({ kind: 'add-backend', node, group })).toThrow(DorisStatementFailed);
  });
});

describe('addresses', () => {
  test.each(['10.0.0.5:9050', 'be1:9050', 'doris_be_1:9050', 'a-b.c.example:1', '[::1]:9050', '[fd00::5]:65535'])(
    '%s stays as it is',
    (address) => {
      const { host, port } = parseAddress(address);
      expect(formatAddress(host, port)).toBe(address);
    },
  );

  test.each([
    '',
    'be1',
    'be1:',
    ':9050',
    'be1:0',
    'be1:65536',
    'be1:9050,be2:9050',
    'no such host:9050',
    'be1:9050"',
    "be1':9050",
    'be\\1:9050',
    'be1;:9050',
    'fd00::5:9050',
    '[be1]:9050',
    '[fe80::1%eth0]:9050',
    '-be:9050',
    'be-:9050',
    'be..x:9050',
    '256.0.0.1:9050',
    '1.2.3:9050',
    '10001',
    `${'a'.repeat(64)}:9050`,
    'be1:90\n50',
  ])('%j is refused', (address) => {
    expect(() => parseAddress(address)).toThrow(DorisStatementFailed);
  });

  test('no text gets a quote, a backslash, a semicolon, a blank or a control character into a statement', {
    timeout: 60_000,
  }, () => {
    const nasty = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.stringMatching(/^[a-z0-9."';\\ \n-]{0,12}:9050$/),
    );
    fc.assert(
      fc.property(nasty, (address) => {
        let text: string;
        try {
          text = statementOf({ kind: 'decommission-backend', node: address });
        } catch (error) {
          expect(error).toBeInstanceOf(DorisStatementFailed);
          return;
        }
        expect(text).toMatch(/^ALTER SYSTEM DECOMMISSION BACKEND "[A-Za-z0-9._:[\]-]+:[0-9]{1,5}"$/);
      }),
      { numRuns: 1000 },
    );
  });
});
