/** One result of a check that the policy relies on. */
export interface Finding {
  /** `fail`: the cluster would run in observe. `warn`: it works, with a risk. */
  readonly level: 'ok' | 'warn' | 'fail';
  /** What was checked, as the operator would type it: an endpoint, a signal, `privileges`. */
  readonly subject: string;
  readonly message: string;
  /** Statement or line of the policy that mends it; undefined when there is nothing to mend or no single line does. */
  readonly mend: string | undefined;
}
