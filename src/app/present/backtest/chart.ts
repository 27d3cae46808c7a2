import type { Backtest } from '../../../backtest/backtest.ts';
import { MINUTE_MS } from '../../../backtest/trace/trace.ts';
import { effectiveWindows } from '../../../decision/windows/effective.ts';
import { formatLocal } from '../../../decision/windows/local-time.ts';
import type { EpochMs } from '../../../domain/instant.ts';
import type { WindowsPolicy } from '../../../domain/window.ts';

const WIDTH = 1200;
const HEIGHT = 420;
const LEFT = 48;
const RIGHT = 12;
const TOP = 12;
const BOTTOM = 32;
/** Windows narrower than this are drawn as wide, so that they are seen. */
const LEAST_WIDTH = 0.8;
const MARKS = 8;

/** One page without any other file: load, nodes, what was thought to be needed, and the windows, over the whole trace. */
export function backtestChart(backtest: Backtest, windows: WindowsPolicy): string {
  const { needed } = backtest.problem;
  const startMs = needed.startMs;
  const endMs = backtest.untilMs;
  const peak = needed.atTarget.reduce((most, nodes) => (nodes > most ? nodes : most), 1);
  const most = backtest.replayed.stretches.reduce((highest, { total }) => Math.max(highest, total), peak);
  const x = (at: EpochMs): number => LEFT + ((at - startMs) / (endMs - startMs)) * (WIDTH - LEFT - RIGHT);
  const y = (nodes: number): number => HEIGHT - BOTTOM - (nodes / (most * 1.05)) * (HEIGHT - TOP - BOTTOM);
  const local = (at: EpochMs): string => formatLocal(at, windows.timezone);
  const name = `${backtest.cluster} be/${backtest.group.group}`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escaped(name)}: backtest</title><style>
body { font: 14px system-ui, sans-serif; margin: 24px; color: #222; background: #fff }
svg { max-width: 100%; height: auto }
text { font-size: 11px; fill: #555 }
.window { fill: #dfe9f5 } .history { fill: #f3f3f3 } .grid { stroke: #e4e4e4 } .axis { stroke: #999 }
.load { fill: none; stroke: #7a7a7a } .nodes { fill: none; stroke: #1f6fb4; stroke-width: 2 }
.need { fill: none; stroke: #d9822b; stroke-dasharray: 4 3 }
</style></head><body>
<h1>${escaped(name)}</h1>
<p>${escaped(backtest.trace)}, ${escaped(local(backtest.fromMs))} to ${escaped(local(endMs))} ${escaped(windows.timezone)}</p>
<svg viewBox="0 0 ${String(WIDTH)} ${String(HEIGHT)}" role="img" aria-label="load and nodes over time">
<rect class="history" x="${px(x(startMs))}" y="${String(TOP)}" width="${px(x(backtest.fromMs) - x(startMs))}" height="${px(y(0) - TOP)}"/>
${windowRects(windows, { startMs, endMs }, x, y)}
${marks(most, startMs, endMs, x, y, local)}
<path class="load" d="${loadPath(backtest, x, y)}"/>
<path class="need" d="${needPath(backtest, x, y)}"/>
<path class="nodes" d="${nodesPath(backtest, x, y)}"/>
</svg>
<p><b style="color:#7a7a7a">load</b> in nodes at the target &#160; <b style="color:#1f6fb4">nodes</b> serving and ordered &#160; <b style="color:#d9822b">forecast</b>: nodes thought to be needed until the next chance &#160; <b style="color:#8aa9cc">windows</b> &#160; grey: history, not judged</p>
</body></html>
`;
}

type Scale = (value: number) => number;

function windowRects(
  windows: WindowsPolicy,
  range: { readonly startMs: EpochMs; readonly endMs: EpochMs },
  x: Scale,
  y: Scale,
): string {
  const height = px(y(0) - TOP);
  return effectiveWindows(windows, range)
    .map(({ startMs, endMs }) => {
      const from = x(Math.max(startMs, range.startMs));
      const width = Math.max(LEAST_WIDTH, x(Math.min(endMs, range.endMs)) - from);
      return `<rect class="window" x="${px(from)}" y="${String(TOP)}" width="${px(width)}" height="${height}"/>`;
    })
    .join('');
}

function marks(
  most: number,
  startMs: EpochMs,
  endMs: EpochMs,
  x: Scale,
  y: Scale,
  local: (at: EpochMs) => string,
): string {
  const step = Math.max(1, Math.ceil(most / MARKS));
  const lines: string[] = [];
  for (let nodes = 0; nodes <= most; nodes += step) {
    lines.push(
      `<line class="grid" x1="${String(LEFT)}" x2="${String(WIDTH - RIGHT)}" y1="${px(y(nodes))}" y2="${px(y(nodes))}"/>`,
      `<text x="${String(LEFT - 8)}" y="${px(y(nodes) + 4)}" text-anchor="end">${String(nodes)}</text>`,
    );
  }
  for (let mark = 0; mark <= MARKS; mark += 1) {
    const at = startMs + ((endMs - startMs) * mark) / MARKS;
    const anchor = mark === 0 ? 'start' : mark === MARKS ? 'end' : 'middle';
    lines.push(
      `<text x="${px(x(at))}" y="${String(HEIGHT - BOTTOM + 18)}" text-anchor="${anchor}">${escaped(local(at).slice(0, 10))}</text>`,
    );
  }
  return lines.join('');
}

/** The highest of every pixel: a year has half a million minutes. */
function loadPath({ problem }: Backtest, x: Scale, y: Scale): string {
  const { atTarget, startMs } = problem.needed;
  const each = Math.max(1, Math.floor(atTarget.length / (WIDTH - LEFT - RIGHT)));
  let path = '';
  let isDrawn = false;
  for (let from = 0; from < atTarget.length; from += each) {
    let most = NaN;
    for (let minute = from; minute < Math.min(from + each, atTarget.length); minute += 1) {
      const nodes = atTarget[minute] ?? NaN;
      if (!(nodes <= most) && !Number.isNaN(nodes)) most = nodes;
    }
    // What is unknown is a gap.
    if (!Number.isNaN(most)) path += `${isDrawn ? 'L' : 'M'}${px(x(startMs + from * MINUTE_MS))} ${px(y(most))}`;
    isDrawn = !Number.isNaN(most);
  }
  return path;
}

function nodesPath({ problem, replayed, untilMs }: Backtest, x: Scale, y: Scale): string {
  let path = '';
  let before: number | undefined;
  for (const { fromMinute, total } of replayed.stretches) {
    if (total === before) continue;
    const at = px(x(problem.needed.startMs + fromMinute * MINUTE_MS));
    path += before === undefined ? `M${at} ${px(y(total))}` : `H${at}V${px(y(total))}`;
    before = total;
  }
  return path === '' ? '' : `${path}H${px(x(untilMs))}`;
}

function needPath({ replayed, untilMs }: Backtest, x: Scale, y: Scale): string {
  let path = '';
  let before: number | undefined;
  for (const { at, nodes } of replayed.needs) {
    if (nodes === undefined || nodes === before) continue;
    path += before === undefined ? `M${px(x(at))} ${px(y(nodes))}` : `H${px(x(at))}V${px(y(nodes))}`;
    before = nodes;
  }
  return path === '' ? '' : `${path}H${px(x(untilMs))}`;
}

function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
