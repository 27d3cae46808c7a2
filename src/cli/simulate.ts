import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { DorisVersion } from '../simulator/cluster.ts';
import { officeLoad } from '../simulator/load/office-load.ts';
import { type Load, TraceError, traceLoad } from '../simulator/load/trace-load.ts';
import { type SimulatorHandle, type SimulatorOptions, startSimulator } from '../simulator/start.ts';
import type { CliContext } from './context.ts';
import { EXIT } from './context.ts';
import { fail } from './fail.ts';

interface SimulateOptions {
  readonly frontends: string;
  readonly backends: string;
  readonly spareFrontends: string;
  readonly spareBackends: string;
  readonly seed: string;
  readonly speed: string;
  readonly trace?: string;
  readonly version: string;
  readonly portBase?: string;
  readonly json?: boolean;
}

/** The backends are so busy at the highest load. */
const PEAK_RATIO = 0.7;
const VERSIONS: readonly DorisVersion[] = ['2.1', '3.0', '4.0'];

export function registerSimulate(program: Command, context: CliContext): void {
  // --version belongs to the command here: what stands before the command's name is the program's.
  program.enablePositionalOptions();
  program
    .command('simulate')
    .description('Run a Doris cluster that holds no data, on real sockets, until SIGTERM or Ctrl-C')
    .option('--frontends <n>', 'followers, one of them the master', '3')
    .option('--backends <n>', 'backends in the cluster', '6')
    .option('--spare-frontends <n>', 'hosts without a running FE', '2')
    .option('--spare-backends <n>', 'hosts without a running BE', '4')
    .option('--seed <n>', 'the same seed makes the same run', '7')
    .option('--speed <n>', 'how much faster than life data moves and hosts start', '60')
    .option('--trace <csv>', 'load to follow: timestamp_iso,load (default: office hours)')
    .option('--version <version>', `whose columns and texts: ${VERSIONS.join(', ')}`, '4.0')
    .option('--port-base <n>', "listen from this port on instead of on Doris's own; 0 = free ports")
    .option('--json', 'errors as JSON')
    .action(async (options: SimulateOptions) => {
      await simulate(options, context);
    });
}

async function simulate(options: SimulateOptions, context: CliContext): Promise<void> {
  const read = readOptions(options, context);
  if (typeof read === 'string') {
    fail(context, options, { code: 'bad-input', message: read }, EXIT.badInput);
    return;
  }
  let simulator: SimulatorHandle;
  try {
    simulator = await startSimulator(read);
  } catch (error) {
    fail(context, options, codedError(error));
    return;
  }
  context.out(`${JSON.stringify(simulator.description)}\n`);
  context.err(summary(simulator, options));
  await stopped(context.stopping);
  await simulator.stop();
}

/** The sentence that says what is wrong, or the options. */
function readOptions(options: SimulateOptions, context: CliContext): SimulatorOptions | string {
  const version = VERSIONS.find((each) => each === options.version);
  if (version === undefined) return `--version ${options.version} is none of ${VERSIONS.join(', ')}`;
  const numbers = {
    frontends: count('--frontends', options.frontends, 1, 8),
    backends: count('--backends', options.backends, 1, 150),
    spareFrontends: count('--spare-frontends', options.spareFrontends, 0, 10),
    spareBackends: count('--spare-backends', options.spareBackends, 0, 80),
    seed: count('--seed', options.seed, 0, 2 ** 31),
    portBase: options.portBase === undefined ? undefined : count('--port-base', options.portBase, 0, 65_400),
    speed: positive('--speed', options.speed),
  };
  const wrong = Object.values(numbers).find((each) => typeof each === 'string');
  if (wrong !== undefined) return String(wrong);
  const { frontends, backends, spareFrontends, spareBackends, seed, portBase, speed } = numbers as Readonly<
    Record<keyof typeof numbers, number>
  >;
  const load = readLoad(options.trace, { peak: PEAK_RATIO * backends, seed });
  if (typeof load === 'string') return load;
  return {
    clock: context.clock,
    version,
    frontends,
    backends,
    spareFrontends,
    spareBackends,
    seed,
    speed,
    load,
    ...(options.portBase === undefined ? {} : { portBase }),
  };
}

/** The load to follow, or the sentence that says what is wrong with the trace. */
function readLoad(trace: string | undefined, shape: { readonly peak: number; readonly seed: number }): Load | string {
  if (trace === undefined) return officeLoad(shape);
  try {
    return traceLoad(readFileSync(trace, 'utf8'), shape);
  } catch (error) {
    if (error instanceof TraceError) return `--trace ${trace}: ${error.message}`;
    return `--trace ${trace} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function count(name: string, text: string, lowest: number, highest: number): number | string {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return value >= lowest && value <= highest
    ? value
    : `${name} ${text} is no whole number from ${String(lowest)} to ${String(highest)}`;
}

function positive(name: string, text: string): number | string {
  const value = Number(text);
  return text.trim() !== '' && value > 0 && Number.isFinite(value) ? value : `${name} ${text} is no number above 0`;
}

function codedError(error: unknown): { readonly code: string; readonly message: string; readonly hint?: string } {
  if (!(error instanceof Error)) return { code: 'internal', message: String(error) };
  const { code, hint } = error as Error & { readonly code?: unknown; readonly hint?: unknown };
  return {
    code: typeof code === 'string' ? code : 'internal',
    message: error.message,
    ...(typeof hint === 'string' ? { hint } : {}),
  };
}

function summary({ description }: SimulatorHandle, options: SimulateOptions): string {
  const [first] = description.frontends;
  const lines = [
    `Doris ${options.version}: ${String(description.frontends.length)} frontends, ${String(description.backends.length)} backends, ${String(description.hosts.backends.length)} spare, ${options.speed} times as fast`,
    `  look in       mysql -h ${first?.host ?? ''} -P ${String(first?.mysqlPort ?? '')} -u root`,
    `  Prometheus    ${description.prometheus} answers the preset queries; for any other scrape ${description.scrapeTargets}`,
    `  hosts         curl ${description.hosts.control}/hosts`,
    '  Ctrl-C ends it.',
  ];
  return `${lines.join('\n')}\n`;
}

function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else
      signal.addEventListener(
        'abort',
        () => {
          resolve();
        },
        { once: true },
      );
  });
}
