/**
 * A store as a loop has it until the loop is left. What hangs then and comes later would write over what another loop, which has
 * taken up the same operation, has written since: it rejects instead, and reads nothing either.
 */
export function untilLeft<Port extends object>(port: Port, left: AbortSignal): Port {
  const fenced = Object.entries(port).map(([name, call]: [string, (...given: unknown[]) => Promise<unknown>]) => [
    name,
    (...given: unknown[]): Promise<unknown> => (left.aborted ? Promise.reject(left.reason as Error) : call(...given)),
  ]);
  return Object.fromEntries(fenced) as Port;
}
