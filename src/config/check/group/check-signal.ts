import type { Finding } from '../../problem.ts';
import { error, warning } from '../../problem.ts';
import { PRESETS } from '../../schema/group.ts';
import type { SignalFile } from '../../schema/group.ts';
import type { Locate } from '../../source/located.ts';
import { didYouMean } from '../../suggest.ts';
import { checkBound, isPreset } from './check-bound.ts';
import { checkPromql } from './check-promql.ts';

const PURPOSES = ['target', 'perNode', 'limit'] as const;

/** One signal: a preset or a query, with exactly one of target, perNode and limit, in its unit. */
export function checkSignal(signal: SignalFile, locate: Locate): readonly Finding[] {
  return [
    ...checkSource(signal, locate),
    ...checkPurpose(signal, locate),
    ...checkMemory(signal, locate),
    ...(signal.query === undefined ? [] : checkPromql(signal.query, locate.at('query'))),
  ];
}

function checkSource({ signal, query }: SignalFile, locate: Locate): readonly Finding[] {
  if (query === undefined && !isPreset(signal)) {
    const right = didYouMean(
      signal,
      Object.keys(PRESETS),
      `add query: with its PromQL, or write one of ${Object.keys(PRESETS).join(', ')}`,
    );
    return [error(locate('signal'), `"${signal}" is no preset and has no query`, right)];
  }
  if (query !== undefined && isPreset(signal)) {
    return [error(locate('signal'), `${signal} is a preset and brings its own query`, 'give your query another name')];
  }
  return [];
}

function checkPurpose(signal: SignalFile, locate: Locate): readonly Finding[] {
  const given = PURPOSES.filter((key) => signal[key] !== undefined);
  const preset = isPreset(signal.signal) && signal.query === undefined ? PRESETS[signal.signal] : undefined;
  const right = rightPurpose(preset);
  const [first, second] = given;
  if (first === undefined)
    return preset === undefined && signal.query === undefined
      ? []
      : [error(locate(), `${signal.signal} has no ${listed(preset)}`, right)];
  if (second !== undefined) {
    return [
      error(
        locate.key(second),
        `${signal.signal} has ${given.join(' and ')}`,
        'keep one of them: target and perNode size, limit only forbids removals',
      ),
    ];
  }
  if (preset !== undefined && first !== 'limit' && first !== preset.form) {
    const what = preset.kind === 'limit' ? 'only limits' : preset.form === 'target' ? 'is a utilisation' : 'is a total';
    return [error(locate.key(first), `${signal.signal} ${what}, so ${first} cannot apply`, right)];
  }
  if (signal.limit === undefined) return [];
  return checkBound(signal.limit, { signal: signal.signal, unit: preset?.unit ?? 'any' }, locate.at('limit'));
}

type Preset = (typeof PRESETS)[keyof typeof PRESETS];

function listed(preset: Preset | undefined): string {
  if (preset === undefined) return 'target, perNode or limit';
  return preset.kind === 'limit' ? 'limit' : `${preset.form} or limit`;
}

function rightPurpose(preset: Preset | undefined): string {
  if (preset === undefined) return 'add target: 60% (a utilisation), perNode: 400 (a total) or limit:';
  if (preset.kind === 'size') return preset.form === 'target' ? 'write target: 60%' : 'write perNode: 400';
  return `write limit: ${preset.unit === 'percentage' ? '85%' : preset.unit === 'duration' ? '5s' : '1000'}`;
}

function checkMemory(signal: SignalFile, locate: Locate): readonly Finding[] {
  if (signal.signal === 'be_memory') {
    if (signal.memoryPerNode !== undefined || signal.limit === undefined) return [];
    return [
      warning(
        locate(),
        'be_memory has no memoryPerNode, and Doris does not export how much memory a backend has',
        'add memoryPerNode: 128GiB, or the signal stays unknown and no backend is removed',
      ),
    ];
  }
  if (signal.memoryPerNode === undefined) return [];
  return [
    error(locate.key('memoryPerNode'), `only be_memory takes memoryPerNode, not ${signal.signal}`, 'leave it out'),
  ];
}
