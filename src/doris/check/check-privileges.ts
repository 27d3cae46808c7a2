import type { Finding } from '../../domain/finding.ts';
import type { FrontendSession } from '../../domain/ports/frontend-channel.ts';
import { DorisAccessDenied } from '../errors.ts';
import { readRows } from '../parse/rows.ts';
import { failure } from './finding.ts';

const GRANTS = 'SHOW GRANTS';
const LOOK = "SHOW PROC '/cluster_balance'";

/**
 * NODE_PRIV for ALTER SYSTEM (ADMIN_PRIV does not include it), ADMIN_PRIV for FE config, for SHOW PROC in 2.x and to see
 * every table.
 */
export async function checkPrivileges(
  session: FrontendSession,
  access: { readonly user: string; readonly deadlineMs: number },
): Promise<readonly Finding[]> {
  const limits = { deadlineMs: access.deadlineMs };
  try {
    const rows = readRows(GRANTS, await session.execute(GRANTS, limits));
    const account = rows[0]?.optionalText('UserIdentity') ?? `'${access.user}'@'%'`;
    const held = rows.map((row) => row.optionalText('GlobalPrivs') ?? '').join(' ');
    const lacking = [
      { privilege: 'NODE_PRIV', held: /\bNode_priv\b/i.test(held), without: 'cannot act' },
      {
        privilege: 'ADMIN_PRIV',
        held: /\bAdmin_priv\b/i.test(held),
        without: 'cannot see all tables nor set the migration speed',
      },
    ].filter((one) => !one.held);
    const look = await canLook(session, limits, account);
    return [
      look,
      ...lacking.map(
        ({ privilege, without }): Finding => ({
          level: 'fail',
          subject: 'privileges',
          message: `${without}: ${account} lacks ${privilege}`,
          mend: `GRANT ${privilege} ON *.*.* TO ${account};`,
        }),
      ),
      ...(lacking.length === 0
        ? [{ level: 'ok' as const, subject: 'privileges', message: 'can act', mend: undefined }]
        : []),
    ];
  } catch (error) {
    return [failure('privileges', error)];
  }
}

async function canLook(
  session: FrontendSession,
  limits: { readonly deadlineMs: number },
  account: string,
): Promise<Finding> {
  try {
    await session.execute(LOOK, limits);
    return { level: 'ok', subject: 'privileges', message: 'can look', mend: undefined };
  } catch (error) {
    if (!(error instanceof DorisAccessDenied)) return failure('privileges', error);
    return {
      level: 'fail',
      subject: 'privileges',
      message: `cannot look: ${error.message}`,
      mend: `GRANT ADMIN_PRIV ON *.*.* TO ${account};`,
    };
  }
}
