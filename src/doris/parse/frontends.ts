import type { ResultSet } from '../../domain/ports/frontend-channel.ts';
import type { Frontend } from '../../domain/topology.ts';
import { formatAddress } from '../address.ts';
import { readVersion } from '../version.ts';
import { type Row, readRows } from './rows.ts';
import { parseBoolean, parseInteger, parseYesNo } from './values.ts';

export const SHOW_FRONTENDS = 'SHOW FRONTENDS';

/** A row of SHOW FRONTENDS and whether it is the FE that this connection leads to. */
export interface FrontendRow {
  readonly frontend: Frontend;
  /** True for each FE on the host of the connection: the FE compares hosts only. */
  readonly connected: boolean;
  /** As printed, without a zone. */
  readonly lastHeartbeat: string | undefined;
}

export interface FrontendList {
  readonly rows: readonly FrontendRow[];
  /** A column of 4.0: tells the version of builds that carry no number. */
  readonly hasLiveSince: boolean;
}

export function parseFrontends(answer: ResultSet): FrontendList {
  return { rows: readRows(SHOW_FRONTENDS, answer).map(parseRow), hasLiveSince: answer.columns.includes('LiveSince') };
}

function parseRow(row: Row): FrontendRow {
  const host = row.text('Host');
  const editLogPort = row.value('EditLogPort', parseInteger);
  const version = row.optionalText('Version');
  return {
    frontend: {
      name: row.text('Name'),
      host,
      address: formatAddress(host, editLogPort),
      editLogPort,
      httpPort: row.value('HttpPort', parseInteger),
      queryPort: row.value('QueryPort', parseInteger),
      rpcPort: row.value('RpcPort', parseInteger),
      role: row.value('Role', parseRole),
      isMaster: row.value('IsMaster', parseBoolean),
      clusterId: row.value('ClusterId', parseClusterId),
      joined: row.value('Join', parseBoolean),
      alive: row.value('Alive', parseBoolean),
      replayedJournalId: row.value('ReplayedJournalId', parseInteger),
      lastStartTime: row.optionalText('LastStartTime'),
      errorMessage: row.optionalText('ErrMsg') ?? '',
      version: version === undefined || version === '' ? undefined : readVersion(version),
    },
    connected: row.value('CurrentConnected', parseYesNo),
    lastHeartbeat: row.optionalText('LastHeartbeat'),
  };
}

function parseRole(text: string): Frontend['role'] | undefined {
  return text === 'FOLLOWER' || text === 'OBSERVER' ? text : undefined;
}

function parseClusterId(text: string): string | undefined {
  return /^-?\d{1,19}$/.test(text) ? text : undefined;
}
