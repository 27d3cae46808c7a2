/** So many answers are kept: those of the present slot, and of the one as of which plans are made. */
const KEPT = 4;

/** The last answers to a question about a slot or a day, for those that are asked again and again. */
export function lately<T>(answer: (about: number) => T): (about: number) => T {
  const known: { readonly about: number; readonly answer: T }[] = [];
  let oldest = 0;
  return (about) => {
    for (const each of known) if (each.about === about) return each.answer;
    const made = { about, answer: answer(about) };
    known[oldest] = made;
    oldest = (oldest + 1) % KEPT;
    return made.answer;
  };
}
