import type { DorisVersion } from '../cluster.ts';

/** Settings of the FE that the model obeys or a reader asks for, with their defaults (Config.java of each version). */
const COMMON: Readonly<Record<string, string>> = {
  schedule_slot_num_per_hdd_path: '4',
  schedule_slot_num_per_ssd_path: '8',
  balance_slot_num_per_path: '1',
  max_scheduling_tablets: '2000',
  max_balancing_tablets: '100',
  schedule_batch_size: '50',
  disable_balance: 'false',
  disable_disk_balance: 'false',
  disable_colocate_balance: 'false',
  disable_tablet_scheduler: 'false',
  balance_load_score_threshold: '0.1',
  be_rebalancer_idle_seconds: '0',
  drop_backend_after_decommission: 'true',
  storage_high_watermark_usage_percent: '85',
  storage_min_left_capacity_bytes: '2147483648',
  storage_flood_stage_usage_percent: '95',
  storage_flood_stage_left_capacity_bytes: '1073741824',
  min_clone_task_timeout_sec: '180',
  max_clone_task_timeout_sec: '7200',
  tablet_repair_delay_factor_second: '60',
  colocate_group_relocate_delay_second: '1800',
  catalog_trash_expire_second: '86400',
  max_backend_heartbeat_failure_tolerance_count: '1',
  check_wal_queue_timeout_threshold: '180000',
  tablet_checker_interval_ms: '20000',
  tablet_schedule_interval_ms: '1000',
  tablet_rebalancer_type: 'BeLoad',
  heartbeat_interval_second: '10',
  allow_replica_on_same_host: 'false',
};

const OF_VERSION: Readonly<Record<DorisVersion, ReadonlyMap<string, string>>> = {
  '2.1': defaults({ decommission_tablet_check_threshold: '5000', enable_multi_tags: 'false' }),
  '3.0': defaults({ decommission_tablet_check_threshold: '5000', enable_multi_tags: 'true' }),
  '4.0': defaults({
    decommission_tablet_check_threshold: '50000',
    enable_multi_tags: 'true',
    decommission_skip_leaky_tablet_second: '18000',
  }),
};

function defaults(ofVersion: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  return new Map(Object.entries({ ...COMMON, ...ofVersion }));
}

export function configDefault(version: DorisVersion, key: string): string | undefined {
  return OF_VERSION[version].get(key);
}
