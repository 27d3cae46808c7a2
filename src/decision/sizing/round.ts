/** Whole nodes that carry a fractional need; a rounding error of the last digits is no node. */
export function wholeNodes(nodes: number): number {
  return Math.ceil(nodes - 1e-9);
}
