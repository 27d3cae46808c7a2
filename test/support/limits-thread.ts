import { writeSync } from 'node:fs';
import { Session } from 'node:inspector';
import type { Debugger } from 'node:inspector';
import { setTimeout as sleep } from 'node:timers/promises';
import { workerData } from 'node:worker_threads';

const { beats, limitMs } = workerData as { readonly beats: Int32Array; readonly limitMs: number };

let seen = -1;
let sinceMs = performance.now();
while (performance.now() - sinceMs < limitMs) {
  await sleep(Math.min(1_000, limitMs));
  const beat = Atomics.load(beats, 0);
  if (beat === seen) continue;
  seen = beat;
  sinceMs = performance.now();
}

const session = new Session();
session.connectToMainThread();
const urls = new Map<string, string>();
session.on('Debugger.scriptParsed', ({ params }) => urls.set(params.scriptId, params.url));
session.on('Debugger.paused', ({ params }) => {
  end(params.callFrames.map((frame) => `  at ${frame.functionName || '(anonymous)'} ${place(frame)}`));
});
session.post('Debugger.enable');
session.post('Debugger.pause');
// A thread that sits in a system call cannot be paused.
await sleep(5_000);
end(['  in a call outside JavaScript']);

function place({ location }: Debugger.CallFrame): string {
  return `${urls.get(location.scriptId) ?? ''}:${String(location.lineNumber + 1)}:${String((location.columnNumber ?? 0) + 1)}`;
}

function end(frames: readonly string[]): never {
  writeSync(
    2,
    `no timer has fired for ${String(limitMs / 1000)} s, the test file is ended; it stands\n${frames.join('\n')}\n`,
  );
  process.kill(process.pid, 'SIGKILL');
  throw new Error('killed');
}
