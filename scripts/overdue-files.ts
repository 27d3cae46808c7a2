import type { Reporter } from 'vitest/node';

const MINUTE_MS = 60_000;
const NAMED_AFTER_MIN = 10;
const ENDED_AFTER_MIN = 30;

/** Names test files that take long, and ends a run that one of them would keep alive for ever. */
export function overdueFiles(): Reporter {
  const runningSinceMs = new Map<string, number>();
  let watch: NodeJS.Timeout | undefined;
  return {
    onTestRunStart() {
      watch = setInterval(() => {
        for (const [file, sinceMs] of runningSinceMs) tell(file, Math.floor((performance.now() - sinceMs) / MINUTE_MS));
      }, MINUTE_MS);
    },
    onTestModuleQueued({ moduleId }) {
      runningSinceMs.set(moduleId, performance.now());
    },
    onTestModuleEnd({ moduleId }) {
      runningSinceMs.delete(moduleId);
    },
    onTestRunEnd() {
      clearInterval(watch);
    },
  };
}

function tell(file: string, minutes: number): void {
  if (minutes < NAMED_AFTER_MIN) return;
  process.stdout.write(`${file} has been running for ${String(minutes)} min\n`);
  if (minutes >= ENDED_AFTER_MIN) process.exit(1);
}
