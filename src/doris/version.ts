/** `2.1.7` of `doris-2.1.7-rc03-443e87e203`; a development build (`doris-0.0.0-...`) or a foreign text stays whole. */
export function readVersion(text: string): string {
  const numbers = /^doris-(\d+\.\d+\.\d+)(?:[-.].*)?$/.exec(text)?.[1];
  return numbers === undefined || numbers === '0.0.0' ? text : numbers;
}

/** Whether a version is at least another; undefined for a development build, whose features only its columns tell. */
export function isAtLeast(
  version: string,
  least: readonly [major: number, minor: number, patch: number],
): boolean | undefined {
  const found = /^(\d+)\.(\d+)\.(\d+)$/.exec(version);
  if (found === null) return undefined;
  for (const [index, bound] of least.entries()) {
    const part = Number(found[index + 1]);
    if (part !== bound) return part > bound;
  }
  return true;
}
