import { describe, expect, it } from 'vitest';
import { hostCache } from '../../../src/controller/host-cache.ts';
import type { HostInventory } from '../../../src/domain/host.ts';
import type { Provisioner } from '../../../src/domain/ports/provisioner.ts';

const MINUTE = 60_000;

function provisioner(list: () => Promise<HostInventory>): { readonly provisioners: ReadonlyMap<string, Provisioner> } {
  const never = () => Promise.reject(new Error('only lists are asked for here'));
  const one = { name: 'spares', list, acquire: never, reset: never, start: never, stop: never, release: never };
  return { provisioners: new Map([['spares', one]]) };
}

function counting(): { readonly ports: ReturnType<typeof provisioner>; readonly asked: () => number } {
  let asked = 0;
  const ports = provisioner(async () => {
    asked += 1;
    return { provisioner: 'spares', hosts: [{ host: `10.0.0.${String(asked)}`, address: undefined, state: 'free' }] };
  });
  return { ports, asked: () => asked };
}

describe('the hosts of a provisioner', () => {
  it.each([
    ['are asked for once within a minute', [0, 30_000, MINUTE - 1], 1],
    ['are asked for again after it', [0, MINUTE], 2],
    ['are asked for again when the clock went back', [MINUTE, 0], 2],
  ] as const)('%s', async (_name, instants, times) => {
    const { ports, asked } = counting();
    const cache = hostCache();
    for (const at of instants) await cache.list(ports, 'spares', at);
    expect(asked()).toBe(times);
  });

  it('are asked for again after an operation took or gave back some', async () => {
    const { ports } = counting();
    const cache = hostCache();
    const before = await cache.list(ports, 'spares', 0);
    cache.forget();
    expect(await cache.list(ports, 'spares', 1)).not.toEqual(before);
  });

  it('are unknown with the reason, not none, when the list fails or nobody has that name', async () => {
    const cache = hostCache();
    const failing = provisioner(() => Promise.reject(new Error('exit 1')));
    expect(await cache.list(failing, 'spares', 0)).toEqual({ known: false, reason: 'exit 1' });
    expect(await cache.list(failing, 'other', 0)).toEqual({ known: false, reason: 'no provisioner is named other' });
  });

  it('that take their time are not asked for once more beside it', async () => {
    let asked = 0;
    let answer: (hosts: HostInventory) => void = () => undefined;
    const slow = provisioner(() => {
      asked += 1;
      return new Promise((resolve) => {
        answer = resolve;
      });
    });
    const cache = hostCache();
    const both = [cache.list(slow, 'spares', 0), cache.list(slow, 'spares', 5 * MINUTE)];
    answer({ provisioner: 'spares', hosts: [] });
    expect(await Promise.all(both)).toEqual([
      { known: true, value: { provisioner: 'spares', hosts: [] } },
      { known: true, value: { provisioner: 'spares', hosts: [] } },
    ]);
    expect(asked).toBe(1);
  });

  it('seen before an operation took some are not kept when the answer comes after it', async () => {
    const answers: ((hosts: HostInventory) => void)[] = [];
    const slow = provisioner(
      () =>
        new Promise((resolve) => {
          answers.push(resolve);
        }),
    );
    const cache = hostCache();
    const early = cache.list(slow, 'spares', 0);
    cache.forget();
    answers[0]?.({ provisioner: 'spares', hosts: [] });
    await early;
    const late = cache.list(slow, 'spares', 1);
    answers[1]?.({ provisioner: 'spares', hosts: [{ host: 'a', address: undefined, state: 'leased' }] });
    expect(await late).toMatchObject({ value: { hosts: [{ host: 'a' }] } });
  });
});
