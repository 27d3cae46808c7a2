import * as z from 'zod';

/** Where a secret is to be found. The value itself never stands in the file, so a plain string is refused. */
export const secret = z
  .strictObject(
    {
      env: z
        .string()
        .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, {
          error: 'this is no name of an environment variable; write one such as DORIS_PASSWORD',
        })
        .optional()
        .describe('Name of an environment variable.'),
      file: z
        .string()
        .min(1, { error: 'the path is empty; write one such as /run/secrets/doris' })
        .optional()
        .describe('Path of a file, absolute or relative to the working directory; a newline at its end is cut off.'),
    },
    {
      error: (issue) =>
        issue.code === 'invalid_type' && issue.input !== undefined && issue.input !== null
          ? 'a secret never stands in the file; write {env: NAME} or {file: PATH}'
          : undefined,
    },
  )
  .meta({ title: 'secret', oneOf: [{ required: ['env'] }, { required: ['file'] }] });

export type SecretFile = z.output<typeof secret>;
