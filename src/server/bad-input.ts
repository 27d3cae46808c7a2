/** What the error handler answers as 400. */
export function badInput(message: string): Error {
  return Object.assign(new Error(message), { statusCode: 400 });
}
