/** Where the daemon dies. */
export type KillPoint =
  | { readonly is: 'step'; readonly step: string; readonly when: 'before' | 'after' }
  | { readonly is: 'write'; readonly nth: number };

/** `before register`, `after register`, `write 17`. */
export function pointText(point: KillPoint): string {
  return point.is === 'step' ? `${point.when} ${point.step}` : `write ${String(point.nth)}`;
}

export function parsePoint(text: string): KillPoint {
  const [first = '', second = ''] = text.split(' ');
  if (first === 'write') return { is: 'write', nth: Number(second) };
  if (first === 'before' || first === 'after') return { is: 'step', step: second, when: first };
  throw new Error(`${JSON.stringify(text)} is no point: before STEP, after STEP or write N`);
}
