import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { LoadedPolicy } from '../../../src/config/load-policy.ts';
import { loadPolicy } from '../../../src/config/load-policy.ts';
import { NOW, problemsOf } from './read.ts';

const ROOT = join(import.meta.dirname, '../../..');
const EXAMPLES = join(ROOT, 'config/examples');

function load(file: string): LoadedPolicy {
  return loadPolicy(file, {
    env: { DORIS_PASSWORD: 'x', AUTOSCALER_TOKEN: 'x', FEISHU_WEBHOOK: 'x' },
    at: NOW,
    // Secrets of files are there; the policy itself is the one on disk.
    readFile: (path) => (path.startsWith('/run/secrets/') ? 'x' : readFileSync(path, 'utf8')),
  });
}

const names = readdirSync(EXAMPLES).filter((name) => name.endsWith('.yaml'));

describe('config/examples', () => {
  it('has the policies that the guide names', () => {
    expect(names.toSorted()).toEqual([
      'cost-saving-nights.yaml',
      'exec-provisioner.yaml',
      'month-end-growth.yaml',
      'small-cluster.yaml',
      'tag-groups.yaml',
      'ten-lines.yaml',
    ]);
  });

  it.each(names)('%s is valid, without a warning', (name) => {
    const loaded = load(join(EXAMPLES, name));
    expect(problemsOf(loaded)).toEqual([]);
    expect(loaded.ok).toBe(true);
  });
});

describe('a policy with every key', () => {
  const file = join(ROOT, 'test/fixtures/config/every-key.yaml');
  const text = readFileSync(file, 'utf8');

  it('is refused only for what is not supported yet, and warned of what does nothing', () => {
    expect(problemsOf(load(file)).map((problem) => problem.replace(`${file}:`, ''))).toEqual([
      '10:11: provisioners.spares.type: a provisioner of type ssh is not supported yet; write type: exec (a program of yours) or type: static (processes already up)',
      'warning 7:13: notifications[0].type: notifications (feishu) are not supported yet; nothing is sent; the log has every event',
      'warning 28:11: clusters[0].windows.deny[0]: "double-11" is past; this entry does nothing; leave it out',
    ]);
  });

  it('is taken over whole with another provisioner', () => {
    const supported = text.replace(
      /type: ssh\n {4}user: doris\n.*\n.*\n.*\n/,
      'type: exec\n    command: [/usr/local/bin/hosts]\n',
    );
    const loaded = loadPolicy('every-key.yaml', {
      env: { DORIS_PASSWORD: 'x', AUTOSCALER_TOKEN: 'x' },
      at: NOW,
      listFolder: () => undefined,
      readFile: () => supported,
    });
    expect(loaded.ok && loaded.policy.clusters[0]).toMatchObject({
      name: 'analytics',
      mode: 'act',
      endpoints: [
        { host: 'fe1', port: 9030 },
        { host: 'fe2', port: 9030 },
        { host: 'fe3', port: 9030 },
      ],
      prometheus: { url: 'http://prometheus:9090', labels: { cluster: 'analytics' }, maxAgeMs: 90_000 },
      windows: {
        timezone: 'Asia/Shanghai',
        allow: [
          { name: 'weeknight', form: 'weekly', days: [1, 2, 3, 4, 5], startMinute: 60, endMinute: 360 },
          { name: 'weekend', form: 'weekly', days: [6, 7], startMinute: 0, endMinute: 1440 },
        ],
        deny: [{ name: 'double-11', form: 'dates', from: '2026-11-01', until: '2026-11-12' }],
        idle: [{ signal: 'be_cpu', below: 0.35, forMs: 600_000 }],
      },
      migration: {
        inWindow: {
          schedule_slot_num_per_hdd_path: 8,
          schedule_slot_num_per_ssd_path: 16,
          balance_slot_num_per_path: 4,
        },
        outside: { schedule_slot_num_per_hdd_path: 2, schedule_slot_num_per_ssd_path: 4, balance_slot_num_per_path: 1 },
      },
      backends: [
        {
          group: 'default',
          min: 3,
          max: 20,
          step: { out: 4, in: 1 },
          provisioner: 'spares',
          signals: [
            { name: 'be_cpu', purpose: { targetRatio: 0.6 } },
            { name: 'be_disk', purpose: { targetRatio: 0.7 } },
            { name: 'be_memory', purpose: { limit: 0.85 }, memoryPerNodeBytes: 128 * 2 ** 30 },
            { name: 'qps', query: 'sum(rate(doris_fe_query_total{user=""}[5m]))', purpose: { perNode: 400 } },
          ],
          schedule: [
            {
              name: 'month-end',
              when: { form: 'cron', cron: '0 0 25 * *', durationMs: 8 * 86_400_000 },
              min: 9,
              max: undefined,
            },
          ],
          cost: { perNodeHour: 1.2, currency: 'CNY', baselineNodes: 9 },
        },
      ],
      frontend: { followers: 3, observers: { min: 0, max: 6, managed: [] }, provisioner: 'spares' },
    });
  });
});
