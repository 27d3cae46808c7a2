/** Whether a TCP port of a node answers. Never rejects. */
export interface PortProbe {
  open(host: string, port: number, deadlineMs: number): Promise<boolean>;
}
