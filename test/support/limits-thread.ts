import { writeSync } from 'node:fs';
import { Session } from 'node:inspector';
import type { Debugger } from 'node:inspector';
import { setTimeout as sleep } from 'node:timers/promises';
import { workerData } from 'node:worker_threads';

const { beats, limitMs, watched } = workerData as {
  readonly beats: Int32Array;
  readonly limitMs: number;
  /** The thread under test. */
  readonly watched: number;
};

let seen = -1;
let sinceMs = performance.now();
while (performance.now() - sinceMs < limitMs) {
  await sleep(Math.min(1_000, limitMs));
  const beat = Atomics.load(beats, 0);
  if (beat === seen) continue;
  seen = beat;
  sinceMs = performance.now();
}

// Threads are reached by way of the main one.
const session = new Session();
session.connectToMainThread();
const urls = new Map<string, string>();
session.on('NodeWorker.attachedToWorker', ({ params: { sessionId, workerInfo } }) => {
  if (!workerInfo.title.startsWith(`[worker ${String(watched)}]`)) return;
  const send = (id: number, method: string): void => {
    session.post('NodeWorker.sendMessageToWorker', { sessionId, message: JSON.stringify({ id, method }) });
  };
  session.on('NodeWorker.receivedMessageFromWorker', ({ params }) => {
    const { method, params: said } = JSON.parse(params.message) as {
      readonly method?: string;
      readonly params: unknown;
    };
    if (method === 'Debugger.scriptParsed') {
      const { scriptId, url } = said as Debugger.ScriptParsedEventDataType;
      urls.set(scriptId, url);
    }
    if (method === 'Debugger.paused') {
      const { callFrames } = said as Debugger.PausedEventDataType;
      end(callFrames.map((frame) => `  at ${frame.functionName || '(anonymous)'} ${place(frame)}`));
    }
  });
  send(1, 'Debugger.enable');
  send(2, 'Debugger.pause');
});
session.post('NodeWorker.enable', { waitForDebuggerOnStart: false });
// A thread that sits in a system call cannot be paused.
await sleep(5_000);
end(['  in a call outside JavaScript']);

function place({ location }: Debugger.CallFrame): string {
  return `${urls.get(location.scriptId) ?? ''}:${String(location.lineNumber + 1)}:${String((location.columnNumber ?? 0) + 1)}`;
}

function end(frames: readonly string[]): never {
  const message = `no timer has fired for ${String(limitMs / 1000)} s, the run is ended; it stands`;
  writeSync(2, `${message}\n${frames.join('\n')}\n`);
  process.kill(process.pid, 'SIGKILL');
  throw new Error('killed');
}
