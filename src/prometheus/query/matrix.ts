import { badAnswer } from './errors.ts';
import { envelope, labelsOf, list } from './reply.ts';
import type { Labels } from './reply.ts';
import { sampleScanner } from './sample-scanner.ts';
import type { Samples, SampleScanner } from './sample-scanner.ts';

export interface Series {
  readonly labels: Labels;
  /** Epoch milliseconds, ascending. */
  readonly times: Float64Array;
  readonly values: Float64Array;
}

/** More text than this beside the samples is no answer to a query of ours. */
const MAX_FRAME_BYTES = 16 * 1024 * 1024;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPEN = 0x5b;
const NOTHING = new Uint8Array(0);
const KEY = Buffer.from('values');

/**
 * Reads a reply of `/api/v1/query_range` chunk by chunk as it arrives: the samples go straight into arrays of numbers, and only
 * what frames them is kept as text and parsed as JSON. A million samples never hold up the event loop for more than one chunk.
 *
 *   frame --"values":[--> samples --the matching ]--> frame
 */
export interface MatrixReader {
  /** Throws PrometheusError where the text is no matrix. */
  push(chunk: Uint8Array): void;
  /** Throws PrometheusError for a refusal, a warning, another kind of result, or an answer that breaks off. */
  end(): readonly Series[];
}

export function matrixReader(): MatrixReader {
  const frame: Buffer[] = [];
  const columns: Samples[] = [];
  let frameBytes = 0;
  let scanner: SampleScanner | undefined;
  /** A sample that the last chunk began. */
  let rest: Uint8Array = NOTHING;
  let inString = false;
  let escaped = false;
  /** Bytes of the string at hand that agree with the key; -1 = it is another string. */
  let agreed = -1;
  let afterKey: 'no' | 'name' | 'colon' = 'no';

  const keep = (bytes: Uint8Array): void => {
    frameBytes += bytes.length;
    if (frameBytes > MAX_FRAME_BYTES) throw badAnswer('the answer is larger than any that was asked for');
    frame.push(Buffer.from(bytes));
  };

  /** Index after the bytes of the frame; the frame ends where an array of samples begins. */
  const readFrame = (chunk: Uint8Array, start: number): number => {
    for (let at = start; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0;
      if (inString) {
        if (escaped) escaped = false;
        else if (byte === BACKSLASH) {
          escaped = true;
          agreed = -1;
        } else if (byte === QUOTE) {
          inString = false;
          afterKey = agreed === KEY.length ? 'name' : 'no';
        } else agreed = agreed >= 0 && KEY[agreed] === byte ? agreed + 1 : -1;
      } else if (byte === QUOTE) {
        inString = true;
        agreed = 0;
      } else if (byte === OPEN && afterKey === 'colon') {
        keep(chunk.subarray(start, at));
        keep(Buffer.from(String(columns.length)));
        afterKey = 'no';
        scanner = sampleScanner();
        return at + 1;
      } else if (!isBlank(byte)) {
        afterKey = byte === COLON && afterKey === 'name' ? 'colon' : 'no';
      }
    }
    keep(chunk.subarray(start));
    return chunk.length;
  };

  return {
    push(more) {
      const chunk = rest.length === 0 ? more : Buffer.concat([rest, more]);
      rest = NOTHING;
      let at = 0;
      while (at < chunk.length) {
        if (scanner === undefined) {
          at = readFrame(chunk, at);
          continue;
        }
        at = scanner.scan(chunk, at);
        if (!scanner.done()) {
          rest = chunk.subarray(at);
          return;
        }
        columns.push(scanner.samples());
        scanner = undefined;
      }
    },
    end() {
      if (scanner !== undefined) throw badAnswer('the answer breaks off');
      const data = envelope(Buffer.concat(frame).toString('utf8'));
      if (data.resultType !== 'matrix') throw badAnswer(`the result is a ${data.resultType}, not a matrix`);
      return list(data.result).map((entry) => {
        const { values: place } = entry;
        const column = typeof place === 'number' ? columns[place] : undefined;
        if (column === undefined) throw badAnswer('a series has no values (native histograms are not read)');
        return { labels: labelsOf(entry), ...column };
      });
    },
  };
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
