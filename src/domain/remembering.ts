/**
 * What a function without side effects gives, made once for what it is asked for over and over. Beyond `most` arguments it begins
 * anew; what it throws is not kept.
 */
export function remembering<Asked, Given>(most: number, make: (asked: Asked) => Given): (asked: Asked) => Given {
  const known = new Map<Asked, Given>();
  return (asked) => {
    const found = known.get(asked);
    if (found !== undefined || known.has(asked)) return found as Given;
    const made = make(asked);
    if (known.size >= most) known.clear();
    known.set(asked, made);
    return made;
  };
}
