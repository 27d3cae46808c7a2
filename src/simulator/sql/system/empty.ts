import { type Columns, columns, list } from '../answer/table.ts';
import type { Statement } from '../statement.ts';

export const BROKERS = columns('Name, Host, Port, Alive, LastStartTime, LastUpdateTime, ErrMsg');

const empty = (form: string, shape: Columns): Statement => ({
  kind: 'read',
  form,
  by: 'local',
  run: ({ version }) => list(version, shape, []),
});

/** Lists of what this cluster never has. */
export const EMPTY_STATEMENTS: readonly Statement[] = [
  empty('SHOW BROKER', BROKERS),
  empty('SHOW WARNINGS', columns('Level, Code, Message')),
  empty('SHOW STATUS', columns('Variable_name, Value')),
  empty(
    'SHOW ROUTINE LOAD',
    columns(
      `Id, Name, CreateTime, PauseTime, EndTime, DbName, TableName, IsMultiTable, State, DataSourceType, CurrentTaskNum,
      JobProperties, DataSourceProperties, CustomProperties, Statistic, Progress, Lag, ReasonOfStateChanged, ErrorLogUrls,
      OtherMsg, User, Comment, ComputeGroup from 4.0`,
    ),
  ),
  empty(
    'SHOW LOAD [FROM|IN <database:name>]',
    columns(
      `JobId, Label, State, Progress, Type, EtlInfo, TaskInfo, ErrorMsg, CreateTime, EtlStartTime, EtlFinishTime,
      LoadStartTime, LoadFinishTime, URL, JobDetails, TransactionId, ErrorTablets, User, Comment, FirstErrorMsg from 4.0`,
    ),
  ),
  empty(
    'SHOW STREAM LOAD [FROM|IN <database:name>]',
    columns(
      `Label, Db, Table, ClientIp, Status, Message, Url, TotalRows, LoadedRows, FilteredRows, UnselectedRows, LoadBytes,
      StartTime, FinishTime, User, Comment, FirstErrorMsg from 4.0`,
    ),
  ),
  empty(
    'SHOW EXPORT [FROM|IN <database:name>]',
    columns(
      `JobId, Label, State, Progress, TaskInfo, Path, CreateTime, StartTime, FinishTime, Timeout, ErrorMsg, OutfileInfo`,
    ),
  ),
];
