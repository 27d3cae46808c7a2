import type { FrontendView } from './frontend-view.ts';
import { type Sample, sampleLines } from './text.ts';

/** -Xmx8192m, the default of fe.conf. */
const HEAP_BYTES = 8_192 * 2 ** 20;

/** Bytes; used is what `fe_heap_ratio` is made of. */
export function jvmHeap({ heapRatio }: FrontendView): {
  readonly max: number;
  readonly used: number;
  readonly young: number;
  readonly old: number;
} {
  const used = Math.round(heapRatio * HEAP_BYTES);
  const young = Math.round(used * 0.4);
  return { max: HEAP_BYTES, used, young, old: used - young };
}

export function jvmThreads({ connections }: FrontendView): number {
  return 200 + connections;
}

/** Its HELP and TYPE lines have two blanks before the name. */
export function jvmText(view: FrontendView): string {
  const { max, used, young, old } = jvmHeap(view);
  const collections = 12 + Math.floor(view.queries / 20_000 + view.uptimeSeconds / 600);
  const threads = jvmThreads(view);
  return [
    family('heap_size_bytes', 'heap', [
      ['type="max"', max],
      ['type="committed"', max],
      ['type="used"', used],
    ]),
    family('non_heap_size_bytes', 'non heap', [
      ['type="committed"', 201_916_416],
      ['type="used"', 199_743_544],
    ]),
    family('young_size_bytes', 'young mem pool', pool(young, max)),
    family('old_size_bytes', 'old mem pool', pool(old, max)),
    family('gc', 'gc', [
      ['name="G1 Young Generation Count", type="count"', collections],
      ['name="G1 Young Generation Time", type="time"', 30 * collections],
      ['name="G1 Old Generation Count", type="count"', 0],
      ['name="G1 Old Generation Time", type="time"', 0],
    ]),
    family('thread', 'thread', [
      ['type="count"', threads],
      ['type="peak_count"', threads + 20],
      ['type="new_count"', 0],
      ['type="runnable_count"', 20],
      ['type="blocked_count"', 0],
      ['type="waiting_count"', 60],
      ['type="timed_waiting_count"', threads - 80],
      ['type="terminated_count"', 0],
    ]),
  ].join('');
}

function family(name: string, what: string, samples: readonly Sample[]): string {
  const header = `# HELP  jvm_${name} jvm ${what} stat\n# TYPE  jvm_${name} gauge\n`;
  return `${header}${sampleLines(`jvm_${name}`, samples)}`;
}

function pool(used: number, max: number): readonly Sample[] {
  return [
    ['type="used"', used],
    ['type="peak_used"', Math.min(max, Math.round(used * 1.4))],
    ['type="max"', max],
  ];
}
