import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createMetrics } from '../../../src/metrics/metrics.ts';
import { OPERATIONS } from '../../../src/server/openapi.ts';

const guide = readFileSync(join(import.meta.dirname, '../../../docs/guide/api-and-metrics.md'), 'utf8');

describe('the guide', () => {
  it('has every metric that there is, and no other', async () => {
    const text = await createMetrics({ version: '1', clusters: async () => [] }).text();
    const existing = [...text.matchAll(/^# TYPE doris_autoscaler_(\w+)/gm)].map(([, name]) => name);
    const table = guide.slice(guide.indexOf('| metric |'), guide.indexOf('State is set anew'));
    const documented = [...table.matchAll(/^\| (?<names>`[^|]+) \|/gm)].flatMap((row) =>
      [...(row.groups?.['names'] ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name),
    );
    expect(existing.length).toBeGreaterThan(30);
    expect(documented.toSorted()).toEqual(existing.toSorted());
  });

  it('has every path of the API', () => {
    for (const [path] of OPERATIONS) {
      const last = path
        .replaceAll(/\{(\w+)\}/g, ':$1')
        .replace('/api/v1/clusters/:name/decisions/:id', '/decisions/:id');
      expect(guide).toContain(last);
    }
  });
});
