/* Names and types of columns, as recorded; until 3.0 DESC prints the types in capitals. */

export const FUNCTION_COLUMNS: Readonly<Partial<Record<string, string>>> = {
  backends: `
    BackendId bigint, Host text, HeartbeatPort int, BePort int, HttpPort int, BrpcPort int, ArrowFlightSqlPort int,
    LastStartTime text, LastHeartbeat text, Alive boolean, SystemDecommissioned boolean, TabletNum bigint,
    DataUsedCapacity bigint, TrashUsedCapacity bigint, AvailCapacity bigint, TotalCapacity bigint, UsedPct double,
    MaxDiskUsedPct double, RemoteUsedCapacity bigint, Tag text, ErrMsg text, Version text, Status text,
    HeartbeatFailureCounter int, NodeRole text`,
  frontends: `
    Name text, Host text, EditLogPort text, HttpPort text, QueryPort text, RpcPort text, ArrowFlightSqlPort text,
    Role text, IsMaster text, ClusterId text, Join text, Alive text, ReplayedJournalId text, LastStartTime text,
    LastHeartbeat text, IsHelper text, ErrMsg text, Version text, CurrentConnected text`,
  frontends_disks: `
    Name text, Host text, DirType text, Dir text, Filesystem text, Capacity text, Used text, Available text,
    UseRate text, MountOn text`,
};

/** Of information_schema. Between bars stand the columns that 2.1 has too. */
export const SYSTEM_TABLE_COLUMNS: Readonly<Partial<Record<string, string>>> = {
  partitions: `PARTITION_ID bigint |
    TABLE_CATALOG varchar(64), TABLE_SCHEMA varchar(64), TABLE_NAME varchar(64), PARTITION_NAME varchar(64),
    SUBPARTITION_NAME varchar(64), PARTITION_ORDINAL_POSITION int, SUBPARTITION_ORDINAL_POSITION int,
    PARTITION_METHOD varchar(13), SUBPARTITION_METHOD varchar(13), PARTITION_EXPRESSION varchar(2048),
    SUBPARTITION_EXPRESSION varchar(2048), PARTITION_DESCRIPTION text, TABLE_ROWS bigint, AVG_ROW_LENGTH bigint,
    DATA_LENGTH bigint, MAX_DATA_LENGTH bigint, INDEX_LENGTH bigint, DATA_FREE bigint, CREATE_TIME bigint,
    UPDATE_TIME datetime, CHECK_TIME datetime, CHECKSUM bigint, PARTITION_COMMENT text, NODEGROUP varchar(256),
    TABLESPACE_NAME varchar(268) |
    LOCAL_DATA_SIZE text, REMOTE_DATA_SIZE text, STATE text, REPLICA_ALLOCATION text, REPLICA_NUM int,
    STORAGE_POLICY text, STORAGE_MEDIUM text, COOLDOWN_TIME_MS text, LAST_CONSISTENCY_CHECK_TIME text,
    BUCKET_NUM int, COMMITTED_VERSION bigint, VISIBLE_VERSION bigint, PARTITION_KEY text, RANGE text,
    DISTRIBUTION text`,
  backend_tablets: `
    BE_ID bigint, TABLET_ID bigint, REPLICA_ID bigint, PARTITION_ID bigint, TABLET_PATH text,
    TABLET_LOCAL_SIZE bigint, TABLET_REMOTE_SIZE bigint, VERSION_COUNT bigint, SEGMENT_COUNT bigint,
    NUM_COLUMNS bigint, ROW_SIZE bigint, COMPACTION_SCORE int, COMPRESS_KIND text, IS_USED boolean,
    IS_ALTER_FAILED boolean, CREATE_TIME datetime, UPDATE_TIME datetime, IS_OVERLAP boolean`,
  backend_active_tasks: `
    BE_ID bigint, FE_HOST varchar(256), WORKLOAD_GROUP_ID bigint, QUERY_ID varchar(256), TASK_TIME_MS bigint,
    TASK_CPU_TIME_MS bigint, SCAN_ROWS bigint, SCAN_BYTES bigint, BE_PEAK_MEMORY_BYTES bigint,
    CURRENT_USED_MEMORY_BYTES bigint, SHUFFLE_SEND_BYTES bigint, SHUFFLE_SEND_ROWS bigint, QUERY_TYPE varchar(256),
    SPILL_WRITE_BYTES_TO_LOCAL_STORAGE bigint, SPILL_READ_BYTES_FROM_LOCAL_STORAGE bigint`,
  active_queries: `
    QUERY_ID varchar(256), QUERY_START_TIME varchar(256), QUERY_TIME_MS bigint, WORKLOAD_GROUP_ID bigint,
    DATABASE varchar(256), FRONTEND_INSTANCE varchar(256), QUEUE_START_TIME varchar(256),
    QUEUE_END_TIME varchar(256), QUERY_STATUS varchar(256), USER varchar(256), SQL text`,
  processlist: `
    CurrentConnected varchar(16), Id largeint, User varchar(32), Host varchar(261), LoginTime datetime,
    Catalog varchar(64), Db varchar(64), Command varchar(16), Time int, State varchar(64), QueryId varchar(256),
    TraceId varchar(256), Info varchar(65533), FE varchar(64), CloudCluster varchar(64)`,
  workload_group_resource_usage: `
    BE_ID bigint, WORKLOAD_GROUP_ID bigint, MEMORY_USAGE_BYTES bigint, CPU_USAGE_PERCENT double,
    LOCAL_SCAN_BYTES_PER_SECOND bigint, REMOTE_SCAN_BYTES_PER_SECOND bigint`,
  workload_groups: `
    ID bigint, NAME varchar(256), MIN_CPU_PERCENT varchar(256), MAX_CPU_PERCENT varchar(256),
    MIN_MEMORY_PERCENT varchar(256), MAX_MEMORY_PERCENT varchar(256), MAX_CONCURRENCY bigint, MAX_QUEUE_SIZE bigint,
    QUEUE_TIMEOUT bigint, SCAN_THREAD_NUM bigint, MAX_REMOTE_SCAN_THREAD_NUM bigint,
    MIN_REMOTE_SCAN_THREAD_NUM bigint, MEMORY_LOW_WATERMARK varchar(256), MEMORY_HIGH_WATERMARK varchar(256),
    COMPUTE_GROUP varchar(256), READ_BYTES_PER_SECOND bigint, REMOTE_READ_BYTES_PER_SECOND bigint`,
  backend_configuration: `
    BE_ID bigint, CONFIG_NAME text, CONFIG_TYPE text, CONFIG_VALUE text, IS_MUTABLE boolean`,
  cluster_snapshots: `
    ID text, ANCESTOR text, CREATE_AT datetime, FINISH_AT datetime, IMAGE_URL text, JOURNAL_ID bigint, STATE text,
    AUTO boolean, TTL bigint, LABEL text, MSG text, COUNT int`,
};
