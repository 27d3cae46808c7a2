import type { Reporter, TestModule } from 'vitest/node';

/** Ends a run with one plain line, `412 passed, 0 failed`, which a log reader finds without knowing vitest. */
export function closingLine(): Reporter {
  return {
    onTestRunEnd(modules, unhandledErrors) {
      const { passed, failed } = countTests(modules);
      // A file that does not load and an error outside any test have no test to fail, yet the run did.
      const broken = modules.filter((module) => module.errors().length > 0).length + unhandledErrors.length;
      // Nor does a set-up that fails before the first file.
      process.once('exit', (code) => {
        const none = code === 0 ? 0 : 1;
        process.stdout.write(`${passed} passed, ${failed + broken || none} failed\n`);
      });
    },
  };
}

function countTests(modules: readonly TestModule[]): { readonly passed: number; readonly failed: number } {
  let passed = 0;
  let failed = 0;
  for (const module of modules) {
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === 'passed') passed += 1;
      if (state === 'failed') failed += 1;
    }
  }
  return { passed, failed };
}
