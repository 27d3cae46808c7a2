import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { policyWith, problemsOf, read } from './read.ts';

const TEN_LINES = readFileSync(join(import.meta.dirname, '../../../config/examples/ten-lines.yaml'), 'utf8');

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('the shortest policy', () => {
  it('gets every default of the reference', () => {
    const loaded = read(TEN_LINES);
    expect(problemsOf(loaded)).toEqual([]);
    expect(loaded.ok && loaded.policy).toEqual({
      revision: expect.stringMatching(/^[0-9a-f]{12}$/) as unknown,
      store: { kind: 'sqlite', path: './data/autoscaler.db' },
      server: { host: '127.0.0.1', port: 8088, token: undefined, changeToken: undefined },
      intervalMs: 30_000,
      notifications: [],
      provisioners: {},
      clusters: [
        {
          name: 'analytics',
          mode: 'observe',
          endpoints: [{ host: 'fe1', port: 9030 }],
          user: 'autoscaler',
          password: undefined,
          clusterId: undefined,
          allowUnmanagedPods: false,
          protect: [],
          singleReplica: 'move',
          prometheus: {
            url: 'http://prometheus:9090',
            labels: {},
            maxAgeMs: 90_000,
            recoveryMs: 10 * MINUTE,
            instanceLabel: 'instance',
            instanceMap: {},
            timeoutMs: 10_000,
            auth: undefined,
            caFile: undefined,
          },
          windows: {
            timezone: 'Asia/Shanghai',
            always: false,
            allow: [{ name: 'night', form: 'weekly', days: [1, 2, 3, 4, 5, 6, 7], startMinute: 60, endMinute: 360 }],
            deny: [],
            holidays: [],
            idle: [],
            guardMs: 10 * MINUTE,
            onClose: 'throttle',
            scaleOut: 'window',
            emergency: undefined,
          },
          operations: {
            stallAfterMs: 30 * MINUTE,
            onStall: 'ask',
            deadlineMs: 3 * DAY,
            drainQueriesMs: 15 * MINUTE,
            safety: 1.5,
            undoMs: 2 * MINUTE,
          },
          migration: { inWindow: undefined, outside: undefined, assumedRateBytesPerSecond: 20 * 1024 * 1024 },
          backends: [
            {
              group: 'default',
              min: 3,
              max: 9,
              step: { out: 1, in: 1 },
              provisioner: undefined,
              signals: [
                {
                  name: 'be_cpu',
                  query: undefined,
                  purpose: { kind: 'size', form: 'target', targetRatio: 0.6 },
                  memoryPerNodeBytes: undefined,
                  injectLabels: true,
                },
              ],
              forecast: { seasonsMs: [DAY, 7 * DAY], historyMs: 28 * DAY, quantile: 0.98, headroomRatio: 0.1 },
              schedule: [],
              cooldown: { outMs: 30 * MINUTE, inMs: 12 * HOUR },
              minHoldMs: DAY,
              stabilize: { outMs: 0, inMs: 10 * MINUTE },
              deadBandRatio: 0.1,
              leadTimeMs: undefined,
              disk: { projectedRatio: 0.75, cancelRatio: 0.82 },
              cost: undefined,
            },
          ],
          frontend: undefined,
        },
      ],
    });
  });

  it('gives the frontends their ratio and observers when they are managed at all', () => {
    const loaded = read(policyWith());
    expect(loaded.ok && loaded.policy.clusters[0]?.frontend).toEqual({
      backendsPerFrontend: { min: 10, max: 20 },
      followers: 3,
      observers: { min: 0, max: 6, managed: [] },
      provisioner: undefined,
    });
  });
});

describe('the revision', () => {
  it('is the same for the same text and another for another text', () => {
    const revision = (text: string): string | undefined => {
      const loaded = read(text);
      return loaded.ok ? loaded.policy.revision : undefined;
    };
    expect(revision(TEN_LINES)).toBeDefined();
    expect(revision(TEN_LINES)).toBe(revision(TEN_LINES));
    expect(revision(`${TEN_LINES}# a word\n`)).not.toBe(revision(TEN_LINES));
  });
});
