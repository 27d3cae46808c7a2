import { expect } from 'vitest';

/** Asymmetric matchers with an honest type, for the places where an object is described in part. */
export function containing(text: string): unknown {
  return expect.stringContaining(text);
}

export function matching(pattern: RegExp): unknown {
  return expect.stringMatching(pattern);
}

export function aNumber(): unknown {
  return expect.any(Number);
}

export function aText(): unknown {
  return expect.any(String);
}
