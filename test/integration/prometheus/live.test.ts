import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SignalPolicy } from '../../../src/domain/group-policy.ts';
import type { LoadSource } from '../../../src/domain/ports/load-source.ts';
import type { SignalReading } from '../../../src/domain/signal.ts';
import { backends, groupPolicy, QUERIES, topology } from '../../support/decision-input.ts';
import { startGaugeExporter } from '../../support/gauge-exporter.ts';
import type { GaugeExporter } from '../../support/gauge-exporter.ts';
import { startPrometheus } from '../../support/prometheus.ts';
import type { RealPrometheus } from '../../support/prometheus.ts';
import { waitFor } from '../../support/wait-for.ts';
import { policyOf, sourceOf } from './past.ts';

const SIGNAL: SignalPolicy = { ...QUERIES, name: 'shop', query: 'sum(shop_queries)' };

/** Scrapes each second; a sample may be 20 s old, and 5 s must be clean: a busy machine scrapes late. */
describe('a Prometheus that goes and comes', () => {
  const cleanups: (() => Promise<unknown>)[] = [];
  let prometheus: RealPrometheus;
  let first: GaugeExporter;
  let second: GaugeExporter;
  let source: LoadSource;
  let read: () => Promise<SignalReading>;

  beforeEach(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'doris-live-'));
    cleanups.push(() => rm(folder, { recursive: true, force: true }));
    first = await startGaugeExporter(folder, { instance: 'fe1:8030' });
    cleanups.push(() => first.stop());
    second = await startGaugeExporter(folder, { instance: 'fe2:8030' });
    cleanups.push(() => second.stop());
    prometheus = await startPrometheus({ targetsFiles: [first.targetsFile, second.targetsFile] });
    cleanups.push(() => prometheus.stop());
    const group = groupPolicy({ signals: [SIGNAL] });
    const policy = policyOf(prometheus.url, { maxAgeMs: 20_000, recoveryMs: 5_000 }, { backends: [group] });
    source = sourceOf(policy);
    cleanups.push(() => source.close());
    read = async () => {
      const [reading] = await source.read({ policy, group, topology: topology(backends(2)), at: Date.now() });
      if (reading === undefined) throw new Error('no reading');
      return reading;
    };
  });
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
  });

  /** Every quality that was seen on the way, each once; fails if `never` is among them. */
  async function until(quality: SignalReading['quality'], value?: number): Promise<SignalReading> {
    let last: SignalReading | undefined;
    return await waitFor(
      `${quality}${value === undefined ? '' : ` ${String(value)}`}`,
      async () => {
        last = await read();
        return last.quality === quality && (value === undefined || last.value === value) ? last : undefined;
      },
      { timeoutMs: 60_000 },
    ).catch((error: unknown) => {
      throw new Error(`${String(error)}: ${JSON.stringify(last)}`, { cause: error });
    });
  }

  it('one without data knows nothing; the first samples are not trusted until they are clean for a while', async () => {
    expect(await read()).toMatchObject({ quality: 'missing', value: undefined });
    first.set('shop_queries', 100);
    second.set('shop_queries', 50);
    const fresh = await until('recovering');
    expect(fresh.reason).toMatch(/^no sample for 5 min within the last 5 s$/);
    const good = await until('ok', 150);
    expect(good.ageMs ?? Infinity).toBeLessThanOrEqual(20_000);
  });

  it('one that is down is unknown at once, and known again when it is back with what it had', async () => {
    first.set('shop_queries', 100);
    await until('ok', 100);
    await prometheus.pause();
    expect(await read()).toMatchObject({ quality: 'missing', value: undefined });
    expect((await read()).reason).toContain(`${prometheus.url} cannot be reached`);
    await prometheus.start();
    expect((await until('ok', 100)).reason).toBe('');
  });

  it('a target that dies is named instead of counted as nothing, and counts again when it is back', async () => {
    first.set('shop_queries', 100);
    second.set('shop_queries', 50);
    await until('ok', 150);
    second.fail(true);
    const dead = await until('stale');
    expect(dead.reason).toContain('of fe2:8030');
    expect(dead.reason).toContain('its target does not answer');
    second.fail(false);
    await until('ok', 150);
  });

  it('all targets dead are unknown, NaN and infinity too, and a good value counts again', async () => {
    first.set('shop_queries', 100);
    await until('ok', 100);
    first.set('shop_queries', Number.NaN);
    expect((await until('missing')).reason).toContain('is NaN');
    first.set('shop_queries', Number.POSITIVE_INFINITY);
    await waitFor('infinity', async () => (await read()).reason.includes('is Infinity'));
    first.set('shop_queries', 70);
    await until('ok', 70);
    first.fail(true);
    expect((await until('missing')).reason).toContain('no series answers');
  });
});
