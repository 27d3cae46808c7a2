/** Where the clock of the simulator stands, in the environment of the daemon as JSON. */
export interface FastTime {
  readonly startAtMs: number;
  readonly factor: number;
}

/** Said on stderr when the daemon's clock begins: it stands still while the process starts, however long that takes. */
export const BEGINS = 'fast time begins';
