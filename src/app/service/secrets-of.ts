/** Every secret that a policy holds, wherever it stands: what no log may show. */
export function secretsOf(policy: object): readonly string[] {
  const found = new Set<string>();
  const look = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if ('reveal' in value && typeof value.reveal === 'function') {
      found.add(String((value as { readonly reveal: () => string }).reveal()));
      return;
    }
    for (const field of Object.values(value)) look(field);
  };
  look(policy);
  return [...found];
}
