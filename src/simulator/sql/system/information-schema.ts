import type { DorisVersion } from '../../cluster.ts';

const SINCE_21 = words(`
  character_sets collations column_privileges column_statistics columns engines events files global_variables
  key_column_usage metadata_name_ids parameters partitions profiling referential_constraints routines rowsets
  schema_privileges schemata session_variables statistics table_constraints table_privileges tables triggers
  user_privileges views
`);

/** Of master in March and April 2024. */
const SINCE_30 = words(`
  active_queries backend_active_tasks processlist workload_group_resource_usage workload_groups
`);

const SINCE_40 = words(`
  backend_configuration backend_kerberos_ticket_cache backend_tablets blackhole catalog_meta_cache_statistics
  cluster_snapshot_properties cluster_snapshots column_data_sizes database_properties encryption_keys
  file_cache_info file_cache_statistics load_jobs routine_load_jobs sql_block_rule_status table_options
  table_properties view_dependency workload_group_privileges workload_policy
`);

/** Tables of information_schema. */
export const SYSTEM_TABLES: Readonly<Record<DorisVersion, readonly string[]>> = {
  '2.1': SINCE_21,
  '3.0': [...SINCE_21, ...SINCE_30],
  '4.0': [...SINCE_21, ...SINCE_30, ...SINCE_40],
};

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}
