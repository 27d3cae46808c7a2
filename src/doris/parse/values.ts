/** Strict readers of Doris's texts: a value, or undefined when the text has another form. */

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  KB: 1024,
  MB: 1024 ** 2,
  GB: 1024 ** 3,
  TB: 1024 ** 4,
  PB: 1024 ** 5,
};

export function parseBoolean(text: string): boolean | undefined {
  return text === 'true' ? true : text === 'false' ? false : undefined;
}

/** `CurrentConnected` alone is written so. */
export function parseYesNo(text: string): boolean | undefined {
  return text === 'Yes' ? true : text === 'No' ? false : undefined;
}

export function parseInteger(text: string): number | undefined {
  const value = /^-?\d{1,16}$/.test(text) ? Number(text) : NaN;
  return Number.isSafeInteger(value) ? value : undefined;
}

/** Ids have up to 19 digits: they stay text. */
export function parseId(text: string): string | undefined {
  return /^\d{1,19}$/.test(text) ? text : undefined;
}

/** `375.810 GB`, `1024.000 MB`, `64.00 GB`; zero is `0.000 ` with its blank and without a unit. Base 1024. */
export function parseSize(text: string): number | undefined {
  const found = /^(\d{1,15}\.\d{2,3}) (|B|KB|MB|GB|TB|PB)$/.exec(text);
  const unit = found === null ? undefined : UNITS[found[2] ?? ''];
  return unit === undefined ? undefined : Math.round(Number(found?.[1]) * unit);
}

/** `85.36 %` as a ratio. */
export function parsePercent(text: string): number | undefined {
  const found = /^(\d{1,15}\.\d{1,3}) ?%$/.exec(text);
  return found === null ? undefined : Number(found[1]) / 100;
}

export function parseJsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** `tag.location.a: 2, tag.location.b: 1` as replicas by tag. */
export function parseReplicaAllocation(text: string): ReadonlyMap<string, number> | undefined {
  const replicas = new Map<string, number>();
  for (const part of text.split(',')) {
    const found = /^\s*tag\.location\.([A-Za-z][A-Za-z0-9_]*): (\d{1,5})\s*$/.exec(part);
    if (found === null) return undefined;
    replicas.set(found[1] ?? '', Number(found[2]));
  }
  return replicas;
}
