import type { DorisVersion } from '../cluster.ts';
import type { BackendState, DiskState } from '../model/state.ts';
import type { Sample } from './text.ts';

/** What one backend shows, at one instant. Seconds are integrals since the start of its process, or of the machine. */
export interface BackendView {
  readonly backend: BackendState;
  readonly version: DorisVersion;
  /** Of the load that it serves, from 0 to 1. */
  readonly share: number;
  readonly uptimeSeconds: number;
  readonly busySeconds: number;
  readonly idleSeconds: number;
  readonly servedSeconds: number;
  readonly cloneSeconds: number;
  readonly memoryBytes: number;
  readonly score: { readonly base: number; readonly cumulative: number };
  readonly tablets: number;
  /** That do not end by themselves. */
  readonly stuckQueries: number;
  readonly disks: readonly (DiskState & { readonly dataBytes: number; readonly availableBytes: number })[];
}

interface BackendFamily {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  /** Absent: all. */
  readonly versions?: readonly DorisVersion[];
  readonly samples: (view: BackendView) => readonly Sample[];
}

const JIFFIES_PER_SECOND = 100;
/** The machines have been up so long before the model starts, and were a fifth busy. */
const EARLIER_SECONDS = 30 * 86_400;
const EARLIER_BUSY = 0.2;
/** How busy time is divided; whatever is not listed never passes. */
const BUSY_SHARES: Readonly<Record<string, number>> = { user: 0.7, system: 0.18, iowait: 0.08, soft_irq: 0.04 };
const MODES = ['user', 'nice', 'system', 'idle', 'iowait', 'irq', 'soft_irq', 'steal', 'guest', 'guest_nice'] as const;
const CLONE_BYTES_PER_SECOND = 5 * 2 ** 20;
const SCAN_BYTES_PER_SECOND = 400 * 2 ** 20;
const DEVICES = ['sda', 'sdb'] as const;

/** Doris 2.1 to 4.0; a counter is the floor of an integral, so that it never falls. */
export const BACKEND_FAMILIES: readonly BackendFamily[] = [
  { name: 'cpu', type: 'counter', samples: cpu },
  gauge('host_cpu_num', ({ backend }) => backend.cores),
  gauge('avail_cpu_num', ({ backend }) => backend.cores),
  {
    name: 'load_average',
    type: 'gauge',
    samples: ({ backend, share }) =>
      ['1_minutes', '5_minutes', '15_minutes'].map(
        (mode): Sample => [`mode="${mode}"`, ((share + 0.03) * backend.cores).toFixed(2)],
      ),
  },
  gauge('memory_allocated_bytes', ({ memoryBytes }) => memoryBytes),
  gauge('memory_jemalloc_allocated_bytes', ({ memoryBytes }) => Math.round(memoryBytes * 0.86)),
  gauge('memory_jemalloc_active_bytes', ({ memoryBytes }) => Math.round(memoryBytes * 0.9)),
  gauge('memory_jemalloc_resident_bytes', ({ memoryBytes }) => Math.round(memoryBytes * 0.97)),
  gauge('memory_jemalloc_mapped_bytes', ({ memoryBytes }) => Math.round(memoryBytes * 0.99)),
  gauge('memory_jemalloc_retained_bytes', ({ memoryBytes }) => Math.round(memoryBytes * 0.2)),
  gauge('memory_jemalloc_metadata_bytes', ({ memoryBytes }) => Math.round(memoryBytes * 0.02)),
  gauge('memory_pool_bytes_total', () => 0),
  perDisk('disks_total_capacity', ({ totalBytes }) => totalBytes),
  perDisk('disks_avail_capacity', ({ availableBytes }) => availableBytes),
  perDisk('disks_local_used_capacity', ({ dataBytes }) => dataBytes),
  perDisk('disks_remote_used_capacity', () => 0),
  perDisk('disks_trash_used_capacity', ({ trashBytes }) => trashBytes),
  perDisk('disks_state', ({ online }) => (online ? 1 : 0)),
  perDisk('disks_compaction_score', (_, { score }) => score.cumulative),
  perDisk('disks_compaction_num', (_, { share }) => Math.round(2 * share)),
  perDevice('disk_io_time_ms', ({ servedSeconds, cloneSeconds }) => 300 * servedSeconds + 60 * cloneSeconds),
  perDevice('disk_bytes_read', (view) => readBytes(view) / DEVICES.length),
  perDevice('disk_bytes_written', (view) => writtenBytes(view) / DEVICES.length),
  gauge('max_disk_io_util_percent', ({ share }) => Math.round(60 * share)),
  gauge('max_network_receive_bytes_rate', ({ share }) => Math.round(2e7 * share)),
  gauge('max_network_send_bytes_rate', ({ share }) => Math.round(3e7 * share)),
  perInterface(
    'network_receive_bytes',
    (view) => 2e7 * view.servedSeconds + CLONE_BYTES_PER_SECOND * view.cloneSeconds,
  ),
  perInterface('network_send_bytes', (view) => 3e7 * view.servedSeconds + CLONE_BYTES_PER_SECOND * view.cloneSeconds),
  gauge('tablet_cumulative_max_compaction_score', ({ score }) => score.cumulative),
  gauge('tablet_base_max_compaction_score', ({ score }) => score.base),
  {
    name: 'compaction_bytes_total',
    type: 'counter',
    samples: (view) => [
      ['type="base"', Math.floor(4e6 * view.servedSeconds)],
      ['type="cumulative"', Math.floor(16e6 * view.servedSeconds)],
    ],
  },
  {
    name: 'compaction_deltas_total',
    type: 'counter',
    samples: (view) => [
      ['type="base"', Math.floor(0.05 * view.servedSeconds)],
      ['type="cumulative"', Math.floor(2 * view.servedSeconds)],
    ],
  },
  gauge('compaction_used_permits', ({ share }) => Math.round(100 * share)),
  gauge('compaction_waitting_permits', () => 0),
  { ...gauge('base_compaction_task_running_total', () => 0), versions: ['4.0'] },
  { ...gauge('base_compaction_task_pending_total', () => 0), versions: ['4.0'] },
  { ...gauge('cumulative_compaction_task_running_total', ({ share }) => Math.round(2 * share)), versions: ['4.0'] },
  { ...gauge('cumulative_compaction_task_pending_total', () => 0), versions: ['4.0'] },
  {
    name: 'engine_requests_total',
    type: 'counter',
    samples: ({ cloneSeconds }) => [
      ['type="clone",status="total"', Math.floor(cloneSeconds / 8)],
      ['type="clone",status="failed"', 0],
    ],
  },
  gauge('fragment_instance_count', ({ share, stuckQueries }) => Math.round(40 * share) + stuckQueries),
  gauge('query_ctx_cnt', ({ share, stuckQueries }) => Math.round(20 * share) + stuckQueries),
  gauge('scanner_ctx_cnt', ({ share }) => Math.round(30 * share)),
  gauge('scanner_cnt', ({ share }) => Math.round(60 * share)),
  gauge('scanner_task_cnt', ({ share }) => Math.round(24 * share)),
  counter('query_scan_bytes', ({ servedSeconds }) => SCAN_BYTES_PER_SECOND * servedSeconds),
  gauge('query_scan_bytes_per_second', ({ share }) => Math.round(SCAN_BYTES_PER_SECOND * share)),
  counter('query_scan_rows', ({ servedSeconds }) => 4e6 * servedSeconds),
  gauge('load_channel_count', ({ share }) => Math.round(4 * share)),
  gauge('streaming_load_current_processing', ({ share }) => Math.round(2 * share)),
  gauge('routine_load_task_count', () => 0),
  counter('load_rows', ({ servedSeconds }) => 20_000 * servedSeconds),
  counter('load_bytes', ({ servedSeconds }) => 4e6 * servedSeconds),
  counter('stream_receive_bytes_total', ({ servedSeconds }) => 4e6 * servedSeconds),
  counter('push_request_write_bytes', () => 0),
  { ...gauge('fragment_thread_pool_queue_size', () => 0), versions: ['2.1', '3.0'] },
  { ...gauge('scanner_thread_pool_queue_size', () => 0), versions: ['2.1', '3.0'] },
  { ...gauge('local_scan_thread_pool_queue_size', () => 0), versions: ['2.1', '3.0'] },
  { ...gauge('remote_scan_thread_pool_queue_size', () => 0), versions: ['2.1', '3.0'] },
  { ...gauge('pipeline_task_queue_size', ({ share }) => Math.round(8 * share ** 2)), versions: ['4.0'] },
  {
    name: 'thread_pool_queue_size',
    type: 'gauge',
    versions: ['4.0'],
    samples: () =>
      ['Scan_normal', 'RScan_normal'].map(
        (pool): Sample => [`thread_pool_name="${pool}",workload_group="normal",id="1"`, 0],
      ),
  },
  gauge('heavy_work_pool_queue_size', () => 0),
  gauge('heavy_work_pool_max_threads', ({ backend }) => Math.max(128, 4 * backend.cores)),
  gauge('light_work_pool_queue_size', () => 0),
  gauge('light_work_pool_max_threads', ({ backend }) => Math.max(128, 4 * backend.cores)),
  perWorkloadGroup('workload_group_cpu_time_sec', 'counter', (view) =>
    Math.floor(view.servedSeconds * view.backend.cores),
  ),
  perWorkloadGroup('workload_group_mem_used_bytes', 'gauge', (view) => Math.round(0.5 * view.memoryBytes)),
  perWorkloadGroup('workload_group_remote_scan_bytes', 'counter', () => 0),
  perWorkloadGroup('workload_group_total_local_scan_bytes', 'counter', (view) =>
    Math.floor(SCAN_BYTES_PER_SECOND * view.servedSeconds),
  ),
  gauge('process_thread_num', ({ share }) => 620 + Math.round(300 * share)),
  gauge('process_fd_num_used', ({ tablets }) => 400 + tablets),
  gauge('process_fd_num_limit_soft', () => 655_350),
  gauge('all_rowsets_num', ({ tablets, score }) => tablets * score.cumulative),
  gauge('all_segments_num', ({ tablets, score }) => 2 * tablets * score.cumulative),
];

function gauge(name: string, value: (view: BackendView) => number): BackendFamily {
  return { name, type: 'gauge', samples: (view) => [['', value(view)]] };
}

function counter(name: string, value: (view: BackendView) => number): BackendFamily {
  return { name, type: 'counter', samples: (view) => [['', Math.floor(value(view))]] };
}

function perDisk(
  name: string,
  value: (disk: BackendView['disks'][number], view: BackendView) => number,
): BackendFamily {
  return {
    name,
    type: 'gauge',
    samples: (view) => view.disks.map((disk): Sample => [`path="${disk.path}"`, value(disk, view)]),
  };
}

function perDevice(name: string, value: (view: BackendView) => number): BackendFamily {
  return {
    name,
    type: 'counter',
    samples: (view) => DEVICES.map((device): Sample => [`device="${device}"`, Math.floor(value(view))]),
  };
}

function perInterface(name: string, value: (view: BackendView) => number): BackendFamily {
  return { name, type: 'counter', samples: (view) => [['device="eth0"', Math.floor(value(view))]] };
}

function perWorkloadGroup(
  name: string,
  type: 'counter' | 'gauge',
  value: (view: BackendView) => number,
): BackendFamily {
  return { name, type, samples: (view) => [['workload_group="normal",id="1"', value(view)]] };
}

function readBytes({ servedSeconds, cloneSeconds }: BackendView): number {
  return SCAN_BYTES_PER_SECOND * servedSeconds + CLONE_BYTES_PER_SECOND * cloneSeconds;
}

function writtenBytes({ servedSeconds, cloneSeconds }: BackendView): number {
  return 20e6 * servedSeconds + CLONE_BYTES_PER_SECOND * cloneSeconds;
}

/** Jiffies of the whole machine as device "cpu", then of each core. */
function cpu({ backend, busySeconds, idleSeconds }: BackendView): readonly Sample[] {
  const busy = JIFFIES_PER_SECOND * (busySeconds + EARLIER_BUSY * EARLIER_SECONDS);
  const idle = JIFFIES_PER_SECOND * (idleSeconds + (1 - EARLIER_BUSY) * EARLIER_SECONDS);
  const ofCore = MODES.map((mode) => (mode === 'idle' ? idle : busy * (BUSY_SHARES[mode] ?? 0)));
  const samples: Sample[] = ofCore.map((jiffies, index) => [
    `device="cpu",mode="${MODES[index] ?? ''}"`,
    Math.floor(jiffies * backend.cores),
  ]);
  for (let core = 0; core < backend.cores; core += 1) {
    ofCore.forEach((jiffies, index) => {
      samples.push([`device="cpu${String(core)}",mode="${MODES[index] ?? ''}"`, Math.floor(jiffies)]);
    });
  }
  return samples;
}
