import { configDefaults, defineConfig } from 'vitest/config';
import { closingLine } from './scripts/closing-line.ts';
import { overdueFiles } from './scripts/overdue-files.ts';

const tiers = [
  { name: 'unit', timeoutMs: 10_000 },
  { name: 'structure', timeoutMs: 120_000 },
  { name: 'contract', timeoutMs: 30_000 },
  { name: 'simulation', timeoutMs: 60_000 },
  { name: 'integration', timeoutMs: 120_000 },
  { name: 'e2e', timeoutMs: 120_000 },
] as const;

export default defineConfig({
  test: {
    // In forks it happens that one never says it is done and the run waits for ever (vitest 5.1).
    pool: 'threads',
    maxWorkers: 2,
    setupFiles: ['test/support/limits.ts'],
    reporters: ['default', closingLine(), overdueFiles()],
    projects: tiers.map(({ name, timeoutMs }) => ({
      extends: true as const,
      test: {
        name,
        include: [`test/${name}/**/*.test.ts`],
        exclude: [...configDefaults.exclude],
        testTimeout: timeoutMs,
        hookTimeout: timeoutMs,
      },
    })),
  },
});
