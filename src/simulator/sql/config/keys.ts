/**
 * All FE config keys as ADMIN SHOW FRONTEND CONFIG lists them: `key|type|flags|default`, flags m = mutable, M = masterOnly.
 * `<4` stands before those of 2.1 (2024-03), which 3.0 shares, `>4` before those of 4.0 (2026-01); the others are of both.
 * An FE's own ports are left out of the data.
 */
export const CONFIG_KEYS = `
abort_txn_after_lost_heartbeat_time_second|int|mM|300
access_control_allowed_origin_domain|String||*
access_controller_type|String||default
>4 agent_task_be_unavailable_heartbeat_timeout_second|int|m|300
>4 agent_task_health_check_intervals_ms|long||300000
agent_task_resend_wait_time_ms|long|mM|5000
>4 alive_session_update_interval_second|int||5
>4 allow_analyze_statistics_info_polluting_file_cache|boolean||true
allow_replica_on_same_host|boolean||false
alter_table_timeout_second|int|mM|2592000
analyze_record_limit|long||20000
>4 arrow_flight_max_connections|int||4096
arrow_flight_sql_port|int||-1
<4 arrow_flight_token_alive_time|int||4320
>4 arrow_flight_token_alive_time_second|int||86400
<4 arrow_flight_token_cache_size|int||2000
>4 arrow_flight_token_cache_size|int||4096
async_loading_load_task_pool_size|int|M|10
async_pending_load_task_pool_size|int|M|10
<4 async_task_consumer_thread_num|int||5
>4 async_task_consumer_thread_num|int||64
async_task_queen_size|int||1024
>4 audit_event_log_queue_size|int|m|250000
audit_log_delete_age|String||30d
audit_log_dir|String||/opt/doris/fe/log
audit_log_enable_compress|boolean||false
audit_log_modules|String[]||[slow_query, query, load, stream_load]
audit_log_roll_interval|String||DAY
audit_log_roll_num|int||90
>4 audit_sys_accumulated_file_size|int||4
auth_token|String||
>4 authentication_config_file_path|String||/conf/authentication.conf
>4 authentication_plugins_dir|String||/opt/doris/fe/plugins/authentication
>4 authentication_type|String||default
>4 authorization_config_file_path|String||/conf/authorization.conf
>4 authorization_plugins_dir|String||/opt/doris/fe/plugins/authorization
>4 auto_analyze_interval_seconds|long|m|86400
auto_analyze_simultaneously_running_task_num|int||1
<4 auto_check_statistics_in_minutes|int|mM|5
>4 auto_check_statistics_in_minutes|int|mM|1
>4 auto_start_ignore_resume_db_names|String[]|m|[__internal_schema, information_schema]
>4 auto_start_wait_to_resume_times|int|m|300
>4 autobucket_max_buckets|int|mM|128
<4 autobucket_min_buckets|int||1
>4 autobucket_min_buckets|int|mM|1
>4 autobucket_out_of_bounds_percent_threshold|double|mM|0.5
>4 autobucket_partition_size_per_bucket_gb|int|mM|-1
>4 aws_credentials_provider_version|String|m|v2
>4 aws_sdk_async_scheduler_thread_pool_size|int||20
backend_load_capacity_coeficient|double|mM|-1.0
backend_proxy_num|int||48
backend_rpc_timeout_ms|int|M|60000
>4 backup_handler_update_interval_millis|long||3000
>4 backup_job_compressed_serialization|boolean||false
backup_job_default_timeout_ms|int|mM|86400000
backup_plugin_path|String||/tools/trans_file_tool/trans_files.sh
>4 backup_restore_batch_task_num_per_rpc|int|mM|10000
>4 backup_upload_snapshot_batch_size|int|mM|10
<4 backup_upload_task_num_per_be|int|mM|3
balance_be_then_disk|boolean|mM|true
balance_load_score_threshold|double|mM|0.1
balance_slot_num_per_path|int|mM|1
>4 batch_edit_log_continuous_count_for_rest|long|mM|1000
>4 batch_edit_log_max_byte_size|long|mM|655360
>4 batch_edit_log_max_item_num|int|mM|100
>4 batch_edit_log_rest_time_ms|long|mM|10
>4 batch_insert_cluster_cache_hotspot_num|long|m|5000
>4 bdbje_cache_size_bytes|long||10485760
bdbje_file_logging_level|String||INFO
bdbje_free_disk_bytes|long||1073741824
bdbje_heartbeat_timeout_second|int||30
bdbje_lock_timeout_second|int||5
>4 bdbje_max_message_size_bytes|long||2147483647
bdbje_replica_ack_timeout_second|int||10
bdbje_reserved_disk_bytes|long||104857600
<4 be_exec_version|int|mM|3
>4 be_exec_version|int|mM|8
be_rebalancer_fuzzy_test|boolean|mM|false
be_rebalancer_idle_seconds|int|mM|0
be_report_query_statistics_timeout_ms|int|m|60000
blacklist_duration_second|int|m|120
>4 block_sql_ast_names|String||
broker_load_default_timeout_second|int|mM|14400
broker_timeout_ms|int||10000
<4 cache_enable_partition_mode|boolean|m|true
cache_enable_sql_mode|boolean|m|true
cache_last_version_interval_second|int|m|30
>4 cache_partition_meta_table_manage_num|int|m|100
cache_result_max_data_size|int|m|31457280
cache_result_max_row_count|int|m|3000
>4 calc_delete_bitmap_get_versions_in_batch|boolean|m|true
>4 calc_delete_bitmap_get_versions_waiting_for_pending_txns|boolean|m|true
>4 calculate_delete_bitmap_task_timeout_seconds|int|m|60
>4 calculate_delete_bitmap_task_timeout_seconds_for_transaction_load|int|m|300
capacity_used_percent_high_water|double|mM|0.75
catalog_trash_expire_second|long|mM|86400
catalog_trash_ignore_min_erase_latency|boolean||false
catalog_try_lock_timeout_ms|long|m|5000
cbo_concurrency_statistics_task_num|int|M|10
cbo_default_sample_percentage|int|mM|10
cbo_max_statistics_job_num|int|mM|20
check_consistency_default_timeout_second|long|mM|600
>4 check_create_table_recycle_key_remained|boolean||true
check_java_version|boolean||true
check_table_lock_leaky|boolean||false
check_wal_queue_timeout_threshold|int||180000
>4 checkpoint_after_check_compatibility|boolean||false
>4 checkpoint_manual_gc_threshold|int||0
>4 cloud_auto_snapshot_max_reversed_num|long|m|35
>4 cloud_auto_snapshot_min_interval_seconds|long|m|3600
>4 cloud_balance_tablet_percent_per_run|double|mM|0.05
cloud_cluster_check_interval_second|int||10
cloud_cold_read_percent|int|m|10
>4 cloud_copy_into_statement_submitter_threads_num|int||64
>4 cloud_copy_txn_conflict_error_retry_num|int||5
>4 cloud_delete_loaded_internal_stage_files|boolean|mM|false
>4 cloud_filter_copy_file_num_limit|int|m|100
>4 cloud_max_copy_job_per_table|int|m|10000
<4 cloud_meta_service_rpc_failed_retry_times|int||200
>4 cloud_pre_heating_time_limit_sec|int|mM|300
>4 cloud_rebalance_number_threshold|long|mM|2
>4 cloud_rebalance_percent_threshold|double|mM|0.05
cloud_replica_num|int|m|3
>4 cloud_restore_create_tablet_batch_size|int|mM|256
>4 cloud_snapshot_handler_class|String||org.apache.doris.cloud.snapshot.CloudSnapshotHandler
>4 cloud_snapshot_handler_interval_second|int||3600
>4 cloud_snapshot_timeout_seconds|long|m|600
cloud_sql_server_cluster_id|String||RESERVED_CLUSTER_ID_FOR_SQL_SERVER
cloud_sql_server_cluster_name|String||RESERVED_CLUSTER_NAME_FOR_SQL_SERVER
>4 cloud_tablet_rebalancer_interval_second|long|mM|1
>4 cloud_txn_tablet_batch_size|int||50
cloud_unique_id|String||
>4 cloud_upgrade_mgr_interval_second|int|m|15
>4 cloud_warm_up_batch_flush_interval_ms|int|mM|50
>4 cloud_warm_up_batch_size|int|mM|10
>4 cloud_warm_up_for_rebalance_type|String|mM|async_warmup
>4 cloud_warm_up_force_all_partitions|boolean|mM|false
>4 cloud_warm_up_job_max_bytes_per_batch|long|mM|21474836480
>4 cloud_warm_up_job_scheduler_interval_millisecond|int|mM|1000
>4 cloud_warm_up_rpc_async_pool_size|int|mM|4
>4 cloud_warm_up_timeout_second|int|mM|2592000
cluster_id|int||-1
>4 cluster_max_waiting_copy_jobs|int|m|100
colocate_group_relocate_delay_second|long|mM|1800
>4 column_comment_length_limit|int|m|-1
commit_timeout_second|int|mM|30
consistency_check_end_time|String|mM|23
consistency_check_start_time|String|mM|23
cpu_resource_limit_per_analyze_task|int||1
>4 create_partition_wait_seconds|long|mM|300
create_tablet_round_robin_from_start|boolean|mM|false
custom_config_dir|String||/opt/doris/fe/conf
db_used_data_quota_update_interval_secs|int|M|300
>4 deadlock_detection_interval_minute|long||5
>4 decommission_skip_leaky_tablet_second|int|mM|18000
<4 decommission_tablet_check_threshold|int|mM|5000
>4 decommission_tablet_check_threshold|int|mM|50000
decommission_tablet_wait_time_seconds|int|mM|3600
>4 default_compression_type|String|m|ZSTD
<4 default_db_data_quota_bytes|long|mM|1125899906842624
>4 default_db_data_quota_bytes|long|mM|9223372036854775807
default_db_max_running_txn_num|long|mM|-1
default_db_replica_quota_size|long|mM|1073741824
default_get_version_from_ms_timeout_second|int||3
default_load_parallelism|int|mM|8
default_max_filter_ratio|double|mM|0.0
default_max_query_instances|int|m|-1
default_schema_change_scheduler_interval_millisecond|int|M|500
default_storage_medium|String||HDD
>4 delete_bitmap_lock_expiration_seconds|int|m|60
delete_job_max_timeout_second|int|mM|300
>4 deploy_mode|String||
desired_max_waiting_jobs|int|mM|100
diagnose_balance_max_tablet_num_diff|int|mM|50
diagnose_balance_max_tablet_num_ratio|double|mM|1.1
>4 dictionary_auto_refresh_interval_seconds|int|mM|5
>4 dictionary_rpc_timeout_seconds|int|mM|5
>4 dictionary_task_queue_size|int|M|1024
disable_backend_black_list|boolean|m|false
disable_balance|boolean|mM|false
disable_colocate_balance|boolean|mM|false
disable_colocate_balance_between_groups|boolean|mM|false
disable_datev1|boolean|m|true
disable_decimalv2|boolean|m|true
disable_disk_balance|boolean|mM|false
<4 disable_hadoop_load|boolean|mM|false
disable_load_job|boolean|mM|false
disable_local_deploy_manager_drop_node|boolean|mM|true
disable_mini_load|boolean||true
disable_show_stream_load|boolean|mM|false
disable_storage_medium_check|boolean|mM|false
disable_tablet_scheduler|boolean|mM|false
disallow_create_catalog_with_resource|boolean|mM|true
div_precision_increment|int|m|4
>4 do_add_backend_black_list_threshold_count|long|m|10
>4 do_add_backend_black_list_threshold_seconds|long|m|30
>4 doris_tde_algorithm|String|m|PLAINTEXT
>4 doris_tde_check_rotate_master_key_interval_ms|long|m|300000
>4 doris_tde_key_endpoint|String|m|
>4 doris_tde_key_id|String|m|
>4 doris_tde_key_provider|String|m|
>4 doris_tde_key_region|String|m|
>4 doris_tde_rotate_master_key_interval_ms|long|m|2592000000
<4 dpp_bytes_per_reduce|long||104857600
<4 dpp_config_str|String||{palo-dpp : {hadoop_palo_path : '/dir',hadoop_configs : 'fs.default.name=hdfs://host:port;mapred.job.tracker=host:port;hadoop.job.ugi=user,password'}}
<4 dpp_default_cluster|String||palo-dpp
<4 dpp_default_config_str|String||{hadoop_configs : 'mapred.job.priority=NORMAL;mapred.job.map.capacity=50;mapred.job.reduce.capacity=50;mapred.hce.replace.streaming=false;abaci.long.stored.job=true;dce.shuffle.enable=false;dfs.client.authserver.force_stop=true;dfs.client.auth.method=0'}
<4 dpp_hadoop_client_path|String||/lib/hadoop-client/hadoop/bin/hadoop
drop_backend_after_decommission|boolean|mM|true
drop_rpc_retry_num|int|m|200
>4 drop_user_notify_ms_max_times|int||86400
dynamic_partition_check_interval_seconds|long|mM|600
dynamic_partition_enable|boolean|mM|true
>4 dynamic_partition_step_interval_ms|long|mM|0
edit_log_port|int||
edit_log_roll_num|int|mM|50000
edit_log_type|String||bdb
>4 editlog_healthy_heartbeat_seconds|int|mM|300
>4 enable_abort_txn_by_checking_conflict_txn|boolean|m|true
>4 enable_abort_txn_by_checking_coordinator_be|boolean|m|true
enable_access_file_without_broker|boolean|mM|false
>4 enable_advance_next_id|boolean||true
<4 enable_alter_queue_prop_sync|boolean|m|false
enable_array_type|boolean|mM|false
>4 enable_auto_start_for_cloud_cluster|boolean|m|true
<4 enable_batch_delete_by_default|boolean|mM|true
>4 enable_batch_editlog|boolean||true
enable_bdbje_debug_mode|boolean||false
>4 enable_check_compatibility_mode|boolean||false
>4 enable_checkpoint|boolean|mM|true
>4 enable_cloud_global_balance|boolean|mM|true
enable_cloud_multi_replica|boolean|m|false
>4 enable_cloud_partition_balance|boolean|mM|true
>4 enable_cloud_running_txn_check|boolean|m|true
enable_cloud_snapshot_version|boolean||true
>4 enable_cloud_table_balance|boolean|mM|true
>4 enable_cloud_txn_lazy_commit|boolean|m|false
<4 enable_col_auth|boolean||false
enable_collect_internal_query_profile|boolean|m|false
>4 enable_commit_lock_for_all_tables|boolean|m|true
enable_concurrent_update|boolean|M|false
enable_convert_light_weight_schema_change|boolean||false
>4 enable_create_hive_bucket_table|boolean|mM|false
enable_date_conversion|boolean|m|true
>4 enable_deadlock_detection|boolean||true
enable_debug_points|boolean|M|false
enable_decimal_conversion|boolean|m|true
enable_delete_existing_files|boolean||false
enable_deploy_manager|String||disable
enable_disk_balance_for_single_replica|boolean|mM|false
<4 enable_external_ddl|boolean|mM|false
>4 enable_fetch_cluster_cache_hotspot|boolean|mM|true
>4 enable_file_logger|boolean||true
enable_force_drop_redundant_replica|boolean|mM|false
enable_get_log_file_api|boolean||false
>4 enable_group_commit_streamload_be_forward|boolean|m|false
enable_hidden_version_column_by_default|boolean|mM|true
enable_hms_events_incremental_sync|boolean|M|false
enable_http_server_v2|boolean||true
>4 enable_immediate_be_assign|boolean|mM|false
>4 enable_inverted_index_v1_for_variant|boolean|mM|false
enable_java_udf|boolean||true
enable_job_schedule_second_for_test|boolean||false
>4 enable_light_index_change|boolean|mM|true
enable_local_replica_selection|boolean|m|false
enable_local_replica_selection_fallback|boolean|m|false
enable_metric_calculator|boolean||true
>4 enable_mow_light_delete|boolean|mM|false
>4 enable_mow_load_force_take_ms_lock|boolean|mM|true
<4 enable_multi_tags|boolean|M|false
>4 enable_multi_tags|boolean|M|true
<4 enable_odbc_mysql_broker_table|boolean|m|false
enable_outfile_to_local|boolean||false
>4 enable_parallel_publish_version|boolean|m|true
<4 enable_pipeline_load|boolean|m|true
>4 enable_print_request_before_execution|boolean|m|false
>4 enable_profile_archive|boolean|m|true
enable_profile_when_analyze|boolean|m|false
>4 enable_proxy_protocol|boolean||false
enable_quantile_state_type|boolean|mM|true
enable_query_hit_stats|boolean|m|false
enable_query_hive_views|boolean|m|true
>4 enable_query_iceberg_views|boolean|m|true
enable_query_queue|boolean|m|true
>4 enable_restore_snapshot_rpc_compression|boolean||true
enable_round_robin_create_tablet|boolean|m|true
>4 enable_schema_change_retry|boolean|m|true
>4 enable_show_file_cache_hotspot_stmt|boolean|m|false
>4 enable_skip_bitmap_column_by_default|boolean|mM|false
enable_storage_policy|boolean|M|true
>4 enable_stream_load_profile|boolean|m|false
enable_sts_vpc|boolean||true
enable_token_check|boolean||true
>4 enable_udf_in_load|boolean|mM|false
enable_urgent_balance_no_low_backend|boolean|mM|true
es_state_sync_interval_second|long||10
<4 experimental_enable_all_http_auth|boolean||false
>4 experimental_enable_all_http_auth|boolean|m|false
>4 experimental_enable_cloud_restore_job|boolean|mM|false
<4 experimental_enable_cpu_hard_limit|boolean|m|false
experimental_enable_feature_binlog|boolean||false
experimental_enable_fqdn_mode|boolean||false
experimental_enable_https|boolean||false
<4 experimental_enable_mtmv|boolean|mM|false
experimental_enable_nereids_load|boolean|m|false
experimental_enable_single_replica_load|boolean|mM|false
experimental_enable_ssl|boolean||false
experimental_enable_workload_group|boolean|m|true
experimental_max_binlog_messsage_size|int||1073741824
>4 experimental_min_tablets_for_dup_table_shuffle|int|mM|64
>4 expire_cache_partition_meta_table_in_fe_second|int|m|300
>4 expire_hbo_plan_info_cache_in_fe_second|int|m|1000
>4 expire_hbo_plan_stats_cache_in_fe_second|int|m|86400
>4 expire_sql_cache_in_fe_second|int|m|300
expr_children_limit|int|m|10000
expr_depth_limit|int|m|3000
<4 external_cache_expire_time_minutes_after_access|long||10
>4 external_cache_expire_time_seconds_after_access|long||86400
>4 external_cache_refresh_time_minutes|long||10
>4 fe_session_mgr_blocking_queue_size|int||1024
>4 fe_session_mgr_threads_num|int||1
>4 fetch_cluster_cache_hotspot_interval_ms|long|m|3600000
fetch_stream_load_record_interval_second|int|mM|120
finish_job_max_saved_second|int||259200
<4 finished_job_cleanup_threshold_time_hour|int||24
>4 finished_job_cleanup_threshold_time_hour|int|M|24
>4 first_error_msg_max_length|int|m|256
>4 fix_tablet_partition_id_eq_0|boolean|m|false
forbid_running_alter_job|boolean||false
>4 force_azure_blob_global_endpoint|boolean|m|false
force_do_metadata_checkpoint|boolean|mM|false
>4 force_enable_feature_binlog|boolean||false
>4 force_forward_all_queries|boolean||false
>4 force_olap_table_replication_allocation|String|m|
force_olap_table_replication_num|int|mM|0
>4 force_sample_analyze|boolean|m|false
>4 force_skip_journal_ids|String[]||[]
>4 force_sqlserver_jdbc_encrypt_false|boolean|mM|false
fuzzy_test_type|String|m|
>4 get_be_resource_usage_interval_ms|long|m|10000
>4 get_tablet_stat_batch_size|int|m|1000
group_commit_data_bytes_default_value|int|M|134217728
group_commit_interval_ms_default_value|int|M|10000
>4 group_commit_timeout_multipler|int|mM|10
>4 grpc_keep_alive_second|int||10
grpc_max_message_size_bytes|int||2147483647
grpc_threadmgr_threads_nums|int||4096
>4 hadoop_config_dir|String||/opt/doris/fe/plugins/hadoop_conf/
<4 hadoop_load_default_timeout_second|int|mM|259200
>4 hbo_plan_info_cache_num|int|m|1000
>4 hbo_plan_stats_cache_num|int|m|100000
>4 hbo_plan_stats_cache_recent_runs_entry_num|int|m|10
heartbeat_interval_second|int||10
heartbeat_mgr_blocking_queue_size|int|M|1024
heartbeat_mgr_threads_num|int|M|8
>4 history_cloud_warm_up_job_keep_max_second|int|mM|604800
history_job_keep_max_second|int|mM|604800
>4 hive_default_file_format|String|mM|orc
<4 hive_default_input_format|String|mM|org.apache.hadoop.hive.ql.io.orc.OrcInputFormat
<4 hive_default_output_format|String|mM|org.apache.hadoop.hive.ql.io.orc.OrcOutputFormat
<4 hive_default_serde|String|mM|org.apache.hadoop.hive.ql.io.orc.OrcSerde
<4 hive_metastore_client_timeout_second|long|m|10
>4 hive_metastore_client_timeout_second|long||10
<4 hive_stats_partition_sample_size|int|m|3000
>4 hive_stats_partition_sample_size|int|m|30
hms_events_batch_size_per_rpc|int|mM|500
hms_events_polling_interval_ms|int|M|10000
http_api_extra_base_path|String||
http_load_submitter_max_worker_threads|int||2
http_port|int||
http_sql_submitter_max_worker_threads|int||2
https_port|int||8050
>4 ignore_backup_not_support_table_type|boolean|mM|false
>4 ignore_backup_tmp_partitions|boolean|mM|false
>4 ignore_bdbje_log_checksum_read|boolean||false
ignore_meta_check|boolean|m|false
ignore_unknown_metadata_module|boolean||false
>4 info_sys_accumulated_file_size|int||4
>4 ingestion_load_checker_interval_second|int||60
>4 ingestion_load_default_timeout_second|int|mM|86400
initial_root_password|String|M|
insert_load_default_timeout_second|int|mM|14400
>4 insert_task_queue_size|int|M|1024
>4 inverted_index_storage_format|String|mM|V3
jdbc_driver_secure_path|String||*
>4 jdbc_driver_url_white_list|String[]|m|[]
<4 jdbc_drivers_dir|String||/opt/doris/fe/jdbc_drivers
>4 jdbc_drivers_dir|String||/opt/doris/fe/plugins/jdbc_drivers
>4 jdbc_mysql_unsupported_pushdown_functions|String[]||[date_trunc, money_format, negative]
jetty_server_acceptors|int||2
jetty_server_max_http_header_size|int||1048576
jetty_server_max_http_post_size|int||104857600
jetty_server_selectors|int||4
jetty_server_workers|int||0
jetty_threadPool_maxThreads|int||400
jetty_threadPool_minThreads|int||20
>4 job_dictionary_task_consumer_thread_num|int|M|3
<4 job_dispatch_timer_job_queue_size|int||1024
>4 job_dispatch_timer_job_queue_size|int|M|1024
<4 job_dispatch_timer_job_thread_num|int||2
>4 job_dispatch_timer_job_thread_num|int|M|2
<4 job_insert_task_consumer_thread_num|int||10
>4 job_insert_task_consumer_thread_num|int|M|10
<4 job_mtmv_task_consumer_thread_num|int||10
>4 job_mtmv_task_consumer_thread_num|int|M|10
>4 job_streaming_task_exec_thread_num|int|M|100
<4 keep_scheduler_mtmv_task_when_job_deleted|boolean|mM|false
key_store_alias|String||doris_ssl_certificate
key_store_password|String||
key_store_path|String||/opt/doris/fe/conf/ssl/doris_ssl_certificate.keystore
key_store_type|String||JKS
label_clean_interval_second|int||3600
label_keep_max_second|int|mM|259200
label_num_threshold|int|mM|2000
>4 label_regex_length|int||128
load_checker_interval_second|int||5
locale|String||zh_CN.UTF-8
lock_reporting_threshold_ms|long||500
log_roll_size_mb|int||1024
>4 log_rollover_strategy|String||age
>4 loss_conn_fe_temp_table_keep_second|int|mM|60
lower_case_table_names|int|M|0
manual_drop_replica_valid_second|long|mM|86400
master_sync_policy|String||SYNC
>4 max_active_cloud_warm_up_job|int|mM|10
max_agent_task_threads_num|int|M|4096
max_allowed_in_element_num_of_delete|int|mM|1024
max_auto_partition_num|int|mM|2000
max_backend_heartbeat_failure_tolerance_count|long|mM|1
max_backup_restore_job_num_per_db|int|mM|10
>4 max_backup_tablets_per_job|int|mM|300000
max_balancing_tablets|int|mM|100
max_bdbje_clock_delta_ms|long||5000
<4 max_be_exec_version|int||3
>4 max_be_exec_version|int||8
<4 max_broker_concurrency|int|mM|10
>4 max_broker_concurrency|int|mM|100
max_bytes_per_broker_scanner|long|mM|536870912000
<4 max_bytes_sync_commit|long|mM|67108864
max_cbo_statistics_task_timeout_sec|int|mM|300
max_clone_task_timeout_sec|long|mM|7200
max_create_table_timeout_second|int|mM|3600
max_distribution_pruner_recursion_depth|int|m|100
max_dynamic_partition_num|int|mM|500
max_error_tablet_of_broker_load|int|mM|3
>4 max_export_history_job_num|int|mM|1000
max_external_cache_loader_thread_pool_size|int||64
<4 max_external_file_cache_num|long||100000
>4 max_external_file_cache_num|long||10000
max_external_schema_cache_num|long||10000
>4 max_external_table_cache_num|long||1000
max_external_table_row_count_cache_num|long||100000
>4 max_external_table_split_file_meta_cache_num|long||100000
>4 max_file_num_per_copy_into_job|int|m|50
>4 max_get_kafka_meta_timeout_second|int|mM|60
>4 max_get_tablet_stat_task_threads_num|int||4
max_hive_list_partition_num|short||-1
<4 max_hive_partition_cache_num|long||100000
>4 max_hive_partition_cache_num|long||10000
>4 max_hive_partition_table_cache_num|long||1000
<4 max_hive_table_cache_num|long||1000
max_load_timeout_second|int|mM|259200
>4 max_lock_hold_threshold_seconds|long|m|10
>4 max_meta_object_cache_num|long||1000
>4 max_meta_size_per_copy_into_job|int|m|51200
max_multi_partition_num|int|mM|4096
max_mysql_service_task_threads_num|int||4096
<4 max_pending_mtmv_scheduler_task_num|int|mM|100
<4 max_persistence_task_count|int||100
>4 max_persistence_task_count|int|M|100
max_point_query_retry_time|int|m|2
>4 max_publishing_txn_num_per_table|long|mM|500
<4 max_query_profile_num|int|m|100
>4 max_query_profile_num|int|m|500
<4 max_query_retry_time|int|m|1
>4 max_query_retry_time|int|m|3
max_remote_file_system_cache_num|long||100
max_replica_count_when_schema_change|long|mM|100000
max_replication_num_per_tablet|short|mM|32767
max_routine_load_job_num|int|mM|100
<4 max_routine_load_task_concurrent_num|int|mM|5
>4 max_routine_load_task_concurrent_num|int|mM|256
<4 max_routine_load_task_num_per_be|int|mM|5
>4 max_routine_load_task_num_per_be|int|mM|1024
<4 max_running_mtmv_scheduler_task_num|int|mM|100
max_running_rollup_job_num_per_table|int|mM|1
<4 max_running_txn_num_per_db|int|mM|1000
>4 max_running_txn_num_per_db|int|mM|10000
max_same_name_catalog_trash_num|int|mM|3
max_scheduling_tablets|int|mM|2000
max_small_file_number|int|mM|100
max_small_file_size_bytes|int|mM|1048576
>4 max_spilled_profile_num|int||500
max_stream_load_record_size|int|mM|5000
max_stream_load_timeout_second|int|mM|259200
>4 max_streaming_job_num|int|M|1024
>4 max_streaming_task_show_count|int|M|100
<4 max_sync_task_threads_num|int||10
<4 max_tolerable_backend_down_num|int|mM|0
max_unfinished_load_job|long|mM|1000
maximum_number_of_export_partitions|int|m|2000
maximum_parallelism_of_export_job|int|m|50
<4 maximum_tablets_of_outfile_in_export|int|m|10
meta_delay_toleration_second|int||300
meta_dir|String||/opt/doris/fe/doris-meta
>4 meta_helper_security_mode|boolean|m|false
meta_publish_timeout_ms|int||1000
>4 meta_service_brpc_connect_timeout_ms|int|m|500
>4 meta_service_brpc_timeout_ms|int|m|30000
meta_service_connection_age_base_minutes|int|m|5
meta_service_connection_pool_size|int|m|20
meta_service_connection_pooled|boolean|m|true
<4 meta_service_endpoint|String||
>4 meta_service_endpoint|String|m|
meta_service_rpc_retry_times|int|m|200
>4 meta_service_rpc_timeout_retry_times|int|m|1
metadata_checkpoint_memory_threshold|long|mM|70
>4 metadata_text_read_max_batch_bytes|int|m|-1
min_backend_num_for_external_table|int|m|-1
min_be_exec_version|int||0
min_bytes_indicate_replica_too_large|long|mM|2147483648
min_bytes_per_broker_scanner|long|mM|67108864
<4 min_bytes_sync_commit|long|mM|15728640
min_clone_task_timeout_sec|long|mM|180
min_create_table_timeout_second|int|mM|30
min_load_replica_num|short|mM|-1
min_load_timeout_second|int|mM|1
min_replication_num_per_tablet|short|mM|1
<4 min_sync_commit_size|long|mM|10000
min_version_count_indicate_replica_compaction_too_slow|int|m|200
>4 mow_calculate_delete_bitmap_retry_times|int|m|10
>4 mow_get_ms_lock_retry_backoff_base|long|mM|20
>4 mow_get_ms_lock_retry_backoff_interval|long|mM|80
>4 mow_load_force_take_ms_lock_threshold_ms|long|mM|500
>4 mtmv_task_queue_size|int|M|1024
>4 multi_part_upload_max_seconds|int|m|3600
>4 multi_part_upload_part_size_in_bytes|long|m|268435456
>4 multi_part_upload_pool_size|int|m|10
multi_partition_name_prefix|String|mM|p_
>4 mysql_compat_var_whitelist|String[]|m|[]
mysql_load_in_memory_record|int||20
mysql_load_server_secure_path|String||
mysql_load_thread_pool|int||4
mysql_nio_backlog_num|int||1024
>4 mysql_nio_enable_keep_alive|boolean||false
mysql_service_io_threads_num|int||4
mysql_ssl_default_ca_certificate|String||/opt/doris/fe/mysql_ssl_default_certificate/ca_certificate.p12
mysql_ssl_default_ca_certificate_password|String||doris
mysql_ssl_default_server_certificate|String||/opt/doris/fe/mysql_ssl_default_certificate/server_certificate.p12
mysql_ssl_default_server_certificate_password|String||doris
mysqldb_replace_name|String|m|mysql
nereids_trace_log_dir|String||/opt/doris/fe/log/nereids_trace
>4 overwrite_clean_interval_ms|int|mM|10000
<4 partition_in_memory_update_interval_secs|int|M|300
>4 partition_info_update_interval_secs|int|M|60
partition_rebalance_max_moves_num_per_selection|int|mM|10
partition_rebalance_move_expire_after_access|long|mM|600
period_analyze_simultaneously_running_task_num|int||1
<4 period_of_auto_resume_min|int|mM|5
>4 period_of_auto_resume_min|int|mM|10
plugin_dir|String||/opt/doris/fe/plugins
plugin_enable|boolean|mM|true
point_query_timeout_ms|int||10000
prefer_compute_node_for_external_table|boolean|m|false
>4 prepared_stmt_start_id|long|m|-1
priority_networks|String||127.0.0.1/32
>4 profile_archive_batch_size|int|m|1000
>4 profile_archive_path|String||
>4 profile_archive_pending_timeout_seconds|int|m|3600
>4 profile_archive_retention_seconds|int|m|28800
>4 profile_async_collect_expire_time_secs|int||5
>4 profile_manager_gc_interval_seconds|int||1
>4 profile_waiting_time_for_spill_seconds|int|m|10
>4 prom_output_table_metrics_limit|int|m|10000
proxy_auth_enable|boolean||false
proxy_auth_magic_prefix|String||x@8
publish_fail_log_interval_second|long|mM|300
>4 publish_queue_size|int|M|128
>4 publish_thread_pool_num|int|M|128
publish_topic_info_interval_ms|int|mM|30000
publish_version_check_alter_replica|boolean|mM|true
publish_version_interval_ms|int|M|10
>4 publish_version_queued_limit_number|int|mM|1000
>4 publish_version_task_failed_log_threshold|long|mM|80
publish_version_timeout_second|int|mM|30
publish_wait_time_second|int|mM|300
pull_request_id|int|m|0
qe_max_connection|int||1024
qe_slow_log_ms|long|m|5000
query_audit_log_timeout_ms|int|m|5000
query_colocate_join_memory_limit_penalty_factor|int|m|1
query_metadata_name_ids_timeout|long|m|3
query_port|int||
>4 query_queue_by_be_used_memory|double|m|-1.0
query_queue_update_interval_ms|long|m|5000
>4 random_add_cluster_keys_for_mow|boolean|mM|false
>4 random_use_v3_storage_format|boolean|mM|true
>4 ranger_cache_size|long||10000
recover_with_empty_tablet|boolean|mM|false
>4 rehash_tablet_after_be_dead_seconds|int|m|3600
remote_fragment_exec_timeout_ms|long|m|30000
repair_slow_replica|boolean|mM|false
replica_ack_policy|String||SIMPLE_MAJORITY
replica_sync_policy|String||SYNC
report_queue_size|int|mM|100
>4 report_resend_batch_task_num_per_rpc|int|mM|10000
>4 resource_not_ready_sleep_seconds|long||5
>4 restore_download_snapshot_batch_size|int|mM|10
<4 restore_download_task_num_per_be|int|mM|3
>4 restore_job_compressed_serialization|boolean||false
>4 restore_reset_index_id|boolean|mM|false
>4 restore_task_concurrency_per_be|int|mM|5000
>4 routine_load_adaptive_min_batch_interval_sec|int|mM|360
>4 routine_load_blacklist_expire_time_second|int|mM|300
>4 routine_load_task_min_timeout_sec|int|mM|60
>4 routine_load_task_timeout_multiplier|int|mM|10
rpc_port|int||
>4 s3_load_endpoint_white_list|String[]|m|[]
schedule_batch_size|int|mM|50
schedule_slot_num_per_hdd_path|int|mM|4
schedule_slot_num_per_ssd_path|int|mM|8
<4 scheduler_mtmv_job_expired|long|mM|86400
<4 scheduler_mtmv_task_expired|long|mM|86400
>4 schema_change_max_retry_time|int|m|3
>4 security_checker_class_name|String|m|
show_details_for_unaccessible_tablet|boolean|m|true
>4 skip_audit_user_list|String||
skip_compaction_slower_replica|boolean|m|true
skip_localhost_auth_check|boolean||true
>4 skip_operation_types_on_replay_exception|short[]||[-1, -1]
small_file_dir|String||/opt/doris/fe/small_files
<4 spark_dpp_version|String||1.2-SNAPSHOT
<4 spark_home_default_dir|String|mM|/opt/doris/fe/lib/spark2x
<4 spark_launcher_log_dir|String||/opt/doris/fe/log/spark_launcher_log
<4 spark_load_checker_interval_second|int||60
<4 spark_load_default_timeout_second|int|mM|86400
<4 spark_resource_path|String||
>4 spilled_minidump_storage_path|String||/opt/doris/fe/log/minidump
>4 spilled_profile_storage_limit_bytes|long||1073741824
>4 spilled_profile_storage_path|String||/opt/doris/fe/log/profile
split_assigner_max_split_num_variance|int|m|1
split_assigner_min_consistent_hash_candidate_num|int|m|2
split_assigner_min_random_candidate_num|int|m|2
split_assigner_optimized_local_scheduling|boolean|m|true
split_assigner_virtual_node_number|int|m|256
>4 sql_block_rule_ignore_admin|boolean|m|false
>4 sql_cache_manage_num|int|m|100
>4 sql_digest_generation_threshold_ms|long|m|5000
ssl_force_client_auth|boolean||false
ssl_trust_store_type|String||PKCS12
statistics_simultaneously_running_task_num|int||3
statistics_sql_mem_limit_in_bytes|long||2147483648
statistics_sql_parallel_exec_instance_num|int||1
stats_cache_size|long||500000
>4 stay_in_backend_black_list_threshold_seconds|long|m|60
storage_flood_stage_left_capacity_bytes|long|mM|1073741824
storage_flood_stage_usage_percent|int|mM|95
storage_high_watermark_usage_percent|int|mM|85
storage_min_left_capacity_bytes|long|mM|2147483648
stream_load_default_memtable_on_sink_node|boolean|mM|false
stream_load_default_precommit_timeout_second|int|mM|3600
stream_load_default_timeout_second|int|mM|259200
streaming_label_keep_max_second|int|mM|43200
>4 streaming_task_timeout_multiplier|int|mM|10
>4 streamload_redirect_policy|String|m|
sts_duration|int|m|3600
<4 sync_checker_interval_second|int||5
<4 sync_commit_interval_second|long|mM|10
<4 sync_image_timeout_second|int|mM|300
>4 sync_image_timeout_second|int|m|300
sys_log_delete_age|String||7d
sys_log_dir|String||/opt/doris/fe/log
sys_log_enable_compress|boolean||false
sys_log_level|String||INFO
sys_log_mode|String||ASYNC
sys_log_roll_interval|String||DAY
sys_log_roll_num|int||10
sys_log_verbose_modules|String[]||[]
table_name_length_limit|int|mM|64
tablet_checker_interval_ms|long|M|20000
tablet_create_timeout_second|int|mM|2
tablet_delete_timeout_second|int|mM|2
tablet_further_repair_max_times|int|mM|5
tablet_further_repair_timeout_second|long|mM|1200
tablet_rebalancer_type|String|M|BeLoad
>4 tablet_recent_load_failed_second|long|mM|1800
tablet_repair_delay_factor_second|long|mM|60
>4 tablet_report_queue_size|int|M|1024
>4 tablet_report_thread_pool_num|int|M|10
>4 tablet_schedule_high_priority_second|long|mM|1800
tablet_schedule_interval_ms|long|M|1000
>4 tablet_stat_mgr_threads_num|int|M|-1
<4 tablet_stat_update_interval_second|int||60
>4 tablet_stat_update_interval_second|int|m|60
thrift_backlog_num|int||1024
thrift_client_timeout_ms|int||0
>4 thrift_max_frame_size|int||16384000
>4 thrift_max_message_size|int||104857600
thrift_server_max_worker_threads|int||4096
thrift_server_type|String||THREAD_POOL
tmp_dir|String||/opt/doris/fe/temp_dir
token_generate_period_hour|int|M|12
token_queue_size|int|M|6
transaction_clean_interval_second|int||30
>4 trino_connector_plugin_dir|String|m|/opt/doris/fe/plugins/connectors
>4 try_commit_lock_timeout_seconds|int|m|5
txn_rollback_limit|int||100
urgent_balance_disk_usage_extra_threshold|double|mM|0.05
urgent_balance_pick_large_disk_usage_percentage|int|mM|80
urgent_balance_pick_large_tablet_num_threshold|double|mM|1000.0
urgent_balance_shuffle_large_tablet_percentage|int|mM|1
use_compact_thrift_rpc|boolean|m|true
>4 use_fuzzy_conf|boolean|m|false
use_fuzzy_session_variable|boolean|m|false
use_mysql_bigint_for_largeint|boolean|m|false
use_new_tablet_scheduler|boolean||true
used_capacity_percent_max_diff|double|mM|0.3
<4 using_old_load_usage_pattern|boolean|mM|false
valid_version_count_delta_ratio_between_replicas|double|mM|0.5
wait_internal_group_commit_finish|boolean|mM|false
>4 warn_sys_accumulated_file_size|int||2
<4 with_k8s_certs|boolean||false
>4 workload_group_check_interval_ms|int|mM|2000
workload_group_max_num|int|mM|15
workload_max_action_num_in_policy|int|mM|5
workload_max_condition_num_in_policy|int|mM|5
workload_max_policy_num|int|mM|25
workload_runtime_status_thread_interval_ms|int|m|2000
workload_sched_policy_interval_ms|int|m|10000
<4 yarn_client_path|String||/opt/doris/fe/lib/yarn-client/hadoop/bin/yarn
<4 yarn_config_dir|String||/opt/doris/fe/lib/yarn-config
`;
