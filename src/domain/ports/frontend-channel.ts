/** Text rows as the FE sent them; SQL NULL is null. */
export interface ResultSet {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
}

export interface FrontendEndpoint {
  readonly host: string;
  readonly port: number;
}

/** One connection to one FE: what is asked on it is answered by the same FE. */
export interface FrontendSession {
  execute(text: string, options: { readonly deadlineMs: number }): Promise<ResultSet>;
  /** Gives the connection back; harmless when repeated. */
  release(): void;
}

/**
 * One statement to one FE. Implementations: mysql2, and the simulator's sql/.
 * Rejects with a CodedError: doris-unreachable (nothing was sent), doris-timeout or doris-outcome-unknown (it may have been
 * carried out: look, never repeat blindly), or the class of the FE's own error text.
 */
export interface FrontendChannel {
  execute(endpoint: FrontendEndpoint, text: string, options: { readonly deadlineMs: number }): Promise<ResultSet>;
  /** Logs in, for statements that must go over one connection. The caller releases it. */
  session(endpoint: FrontendEndpoint, options: { readonly deadlineMs: number }): Promise<FrontendSession>;
  close(): Promise<void>;
}
