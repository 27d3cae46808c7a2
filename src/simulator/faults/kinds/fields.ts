import { z } from 'zod';

/* What kinds of fault have in common. */

export const host = z.string().min(1);
export const count = z.int().min(0);
export const isOn = z.boolean();
/** Names of a database and of a table in it. */
export const table = { database: z.string().min(1), table: z.string().min(1) };
