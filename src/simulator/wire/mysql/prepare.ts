import type { DorisVersion } from '../../cluster.ts';

/** How an FE meets COM_STMT_PREPARE. */
export type Prepared =
  | { readonly kind: 'prepared' }
  /** An answer without its last field, which mysql2 cannot read. Nothing is carried out. */
  | { readonly kind: 'truncated' }
  | { readonly kind: 'error'; readonly errno: number; readonly sqlState: string; readonly message: string };

const NULL_POINTER =
  'Cannot read field "originStmt" because the return value of ' +
  '"org.apache.doris.analysis.StatementBase.getOrigStmt()" is null';

/** Only plain SHOW statements work, and not in 2.1. */
export function prepare(text: string, version: DorisVersion): Prepared {
  const isSelect = /^\s*select\b/i.test(text);
  if (version === '2.1') {
    return failed(
      isSelect
        ? 'Only support prepare SelectStmt point query now'
        : 'Only support prepare SelectStmt or InsertStmt now',
    );
  }
  if (isSelect) return failed(NULL_POINTER);
  if (/^\s*show\s+(?!proc\b)/i.test(text)) return { kind: 'prepared' };
  if (version === '3.0') return failed('Forward master command is not supported for prepare statement');
  return { kind: 'truncated' };
}

function failed(detail: string): Prepared {
  return { kind: 'error', errno: 1105, sqlState: 'HY000', message: `errCode = 2, detailMessage = ${detail}` };
}
