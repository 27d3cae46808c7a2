import type { PresetSignal } from '../../domain/group-policy.ts';
import type { EpochMs } from '../../domain/instant.ts';
import type { SignalMeasure } from '../../domain/signal.ts';
import type { EffectiveWindow } from '../../domain/window.ts';
import { wholeNodes } from '../sizing/round.ts';
import { formatDuration } from '../windows/local-time.ts';
import { HORIZON_MS } from '../windows/resolved-windows.ts';

const MIB = 1024 ** 2;

/** `3,104`. */
export function countText(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** `6.4 nodes`, `1 node`: one decimal unless it is whole. A need that asks for one node more never reads as whole: 6.02 is 6.1. */
export function nodesText(nodes: number): string {
  const text = nodeCountText(nodes);
  return text === '1' ? '1 node' : `${text} nodes`;
}

export function nodeCountText(nodes: number): string {
  const rounded = Math.round(nodes * 10) / 10;
  if (!Number.isInteger(rounded)) return rounded.toFixed(1);
  return wholeNodes(nodes) > rounded ? (rounded + 0.1).toFixed(1) : String(rounded);
}

/** `3 backends`, `1 backend`. */
export function countOf(count: number, noun: string): string {
  return `${countText(count)} ${noun}${count === 1 ? '' : 's'}`;
}

export function bytesText(bytes: number): string {
  const gib = bytes / (1024 * MIB);
  if (gib >= 10_240) return `${(gib / 1024).toFixed(1)} TiB`;
  if (gib >= 1) return `${gib.toFixed(gib >= 100 ? 0 : 1)} GiB`;
  return `${(bytes / MIB).toFixed(0)} MiB`;
}

export function rateText(bytesPerSecond: number): string {
  return `${(bytesPerSecond / MIB).toFixed(bytesPerSecond >= 10 * MIB ? 0 : 1)} MiB/s`;
}

export function percentText(ratio: number): string {
  const percent = Math.round(ratio * 1000) / 10;
  return `${Number.isInteger(percent) || percent >= 10 ? String(Math.round(percent)) : percent.toFixed(1)} %`;
}

/** Signals whose values are shares of a whole. */
const SHARES: ReadonlySet<string> = new Set<PresetSignal>(['be_cpu', 'be_disk', 'be_memory', 'fe_heap']);
const LATENCY: PresetSignal = 'fe_query_p99';

/** A value or a bound of a signal in its unit: `62 %`, `850 ms`, a bare number where the unit is that of a query. */
export function loadText(value: number, signal: string, measure?: SignalMeasure): string {
  if (SHARES.has(signal) || measure === 'utilisation') return percentText(value);
  return signal === LATENCY ? `${valueText(value)} ms` : valueText(value);
}

/** A bare number with four digits that matter. */
export function valueText(value: number): string {
  return Math.abs(value) >= 1000 ? countText(value) : String(Number(value.toPrecision(4)));
}

/** `window night, 3 h left` of the window that is open at `at`. */
export function openWindowText({ names, endMs }: Pick<EffectiveWindow, 'names' | 'endMs'>, at: EpochMs): string {
  const leftMs = endMs - at;
  const left = leftMs >= HORIZON_MS ? 'no end within 400 days' : `${formatDuration(leftMs)} left`;
  return `window ${names.join(', ')}, ${left}`;
}

/** At most `most` names, then how many more. */
export function namesText(names: readonly string[], most = 3): string {
  const shown = names.slice(0, most).join(', ');
  return names.length > most ? `${shown} and ${String(names.length - most)} more` : shown;
}
