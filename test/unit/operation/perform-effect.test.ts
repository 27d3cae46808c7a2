import { describe, expect, it } from 'vitest';
import { performEffect } from '../../../src/controller/operation/perform-effect.ts';
import type { Effect } from '../../../src/operation/steps/effect.ts';
import { CodedTestError, world } from './support/world.ts';
import type { World } from './support/world.ts';
import { containing } from './support/expected.ts';

const MEMBER = { host: '10.0.0.5', node: '10.0.0.5:9050' };
const GONE = { host: '10.0.9.9', node: '10.0.9.9:9050' };

function perform(w: World, effect: Effect, clusterId = '4711') {
  const of = { cluster: 'analytics', clusterId, mayChange: () => undefined };
  return performEffect({ reader: w.reader, writer: w.writer, provisioner: w.provisioner }, effect, of);
}

describe.each(['stop', 'reset', 'release'] as const)('%s of a host', (verb) => {
  const call = (place: typeof GONE): Effect => ({
    by: 'provisioner',
    call: { verb, role: 'backend', key: 'k.0', ...place },
  });

  it('is done when a look right before shows this cluster without the node', async () => {
    const w = world();
    expect(await perform(w, call(GONE))).toEqual({ ok: true, data: {} });
    expect(w.verbs).toEqual([{ verb, host: GONE.host, registered: false }]);
  });

  it.each([
    ['its node is registered', MEMBER, '4711', () => undefined, '10.0.0.5:9050 is registered'],
    ['another cluster answers', GONE, '9', () => undefined, 'the cluster shows id 4711, not 9'],
    [
      'the cluster cannot be read',
      GONE,
      '4711',
      (w: World) => {
        w.knobs.topologyFails = true;
      },
      'while the cluster cannot be read: no frontend is master',
    ],
  ] as const)('is not done when %s', async (_name, place, clusterId, trouble, message) => {
    const w = world();
    trouble(w);
    expect(await perform(w, call(place), clusterId)).toEqual({
      ok: false,
      code: 'not-sent',
      message: containing(message),
    });
    expect(w.verbs).toEqual([]);
  });
});

describe('a host with several nodes', () => {
  it('is given back with the address of the one that is meant', async () => {
    const w = world();
    const given: unknown[] = [];
    const provisioner = { ...w.provisioner, release: async (request: unknown) => void given.push(request) };
    const call = { verb: 'release', role: 'backend', key: 'k.0', ...GONE } as const;
    const of = { cluster: 'analytics', clusterId: '4711', mayChange: () => undefined };
    await performEffect({ reader: w.reader, writer: w.writer, provisioner }, { by: 'provisioner', call }, of);
    expect(given).toMatchObject([{ key: 'k.0', host: '10.0.9.9', node: '10.0.9.9:9050' }]);
  });
});

describe('an effect', () => {
  const decommission: Effect = {
    by: 'cluster',
    change: { kind: 'decommission-backend', node: MEMBER.node },
    needsWindow: true,
  };

  it('that needs a window is not sent once it is found shut', async () => {
    const w = world();
    const of = { cluster: 'analytics', clusterId: '4711', mayChange: () => 'the window has closed: nothing was sent' };
    const ports = { reader: w.reader, writer: w.writer, provisioner: w.provisioner };
    expect(await performEffect(ports, decommission, of)).toMatchObject({ ok: false, code: 'not-sent' });
    expect(w.sent).toEqual([]);
    expect(await performEffect(ports, { ...decommission, needsWindow: false }, of)).toMatchObject({ ok: true });
  });

  it('is not sent either when the window closes during the looks right before it', async () => {
    const w = world();
    let asked = 0;
    const closing = () => {
      asked += 1;
      return asked === 1 ? undefined : 'the window has closed: nothing was sent';
    };
    const writer: World['writer'] = {
      async apply(_change, { refusal }) {
        const reason = refusal?.();
        if (reason !== undefined) throw new CodedTestError('doris-statement-failed', reason);
        return 'done';
      },
    };
    const ports = { reader: w.reader, writer, provisioner: undefined };
    const of = { cluster: 'analytics', clusterId: '4711', mayChange: closing };
    expect(await performEffect(ports, decommission, of)).toEqual({
      ok: false,
      code: 'not-sent',
      message: 'the window has closed: nothing was sent',
    });
    expect(asked).toBe(2);
  });

  it.each([
    [new CodedTestError('doris-no-majority', '1 of 3 followers are alive'), 'doris-no-majority'],
    [new CodedTestError('nobody-knows', 'odd'), 'unknown-error'],
    [new TypeError('a defect'), 'unknown-error'],
  ])('that rejects with %s becomes a result with its code', async (error, code) => {
    const w = world();
    const writer = {
      apply: () => Promise.reject(error),
    };
    const ports = { reader: w.reader, writer, provisioner: undefined };
    const of = { cluster: 'analytics', clusterId: '4711', mayChange: () => undefined };
    expect(await performEffect(ports, decommission, of)).toEqual({ ok: false, code, message: error.message });
  });

  it('on a host is an error where there is no provisioner', async () => {
    const w = world();
    const of = { cluster: 'analytics', clusterId: '4711', mayChange: () => undefined };
    const release: Effect = {
      by: 'provisioner',
      call: { verb: 'release', role: 'backend', key: 'k', ...GONE },
    };
    const ports = { reader: w.reader, writer: w.writer, provisioner: undefined };
    expect(await performEffect(ports, release, of)).toMatchObject({ ok: false, code: 'provisioner-failed' });
  });
});
