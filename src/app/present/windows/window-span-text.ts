import { HORIZON_MS } from '../../../decision/windows/resolved-windows.ts';
import { formatDuration } from '../../../decision/windows/local-time.ts';
import type { EpochMs, Interval } from '../../../domain/instant.ts';

/**
 * `Wed 01:00 - Wed 06:00` and `5 h`. An edge that lies beyond what is looked at, as those of `always: true` do, is no
 * instant of the policy: it is left out.
 */
export function windowSpan(
  { startMs, endMs }: Interval,
  range: Interval,
  local: (at: EpochMs) => string,
): { readonly span: string; readonly length: string; readonly endless: boolean } {
  const begun = range.startMs - startMs >= HORIZON_MS;
  const endless = endMs - range.endMs >= HORIZON_MS;
  const length = endless ? 'no end within 400 days' : formatDuration(endMs - (begun ? range.startMs : startMs));
  if (begun && endless) return { span: 'at any time', length, endless };
  if (begun) return { span: `until ${local(endMs)}`, length: `${length} left`, endless };
  if (endless) return { span: `from ${local(startMs)} on`, length, endless };
  return { span: `${local(startMs)} - ${local(endMs)}`, length, endless };
}
