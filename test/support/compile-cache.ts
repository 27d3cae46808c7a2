import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** For processes that run the sources: stripping and compiling them is half of a start, and they seldom change. */
export const COMPILE_CACHE = { NODE_COMPILE_CACHE: join(tmpdir(), 'doris-autoscaler-compile-cache') } as const;
