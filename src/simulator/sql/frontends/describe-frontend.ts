import type { RegisteredFrontend } from '../../model/queries.ts';

/** Frontend.toString */
export function describeFrontend({ host, ports, row }: RegisteredFrontend): string {
  return `name: ${row.name}, role: ${row.role}, ${host}:${String(ports.editLog)}, is alive: ${String(row.alive)}`;
}
