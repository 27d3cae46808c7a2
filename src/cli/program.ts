import { Command } from 'commander';
import type { CliContext } from './context.ts';

type Register = (program: Command, context: CliContext) => void;

/** Each command registers itself. Only the one that is called is loaded: the daemon starts without the simulator. */
const COMMANDS: Readonly<Record<string, () => Promise<Register>>> = {
  run: async () => (await import('./run.ts')).registerRun,
  demo: async () => (await import('./demo.ts')).registerDemo,
  plan: async () => (await import('./plan.ts')).registerPlan,
  explain: async () => (await import('./explain.ts')).registerExplain,
  backtest: async () => (await import('./backtest.ts')).registerBacktest,
  status: async () => (await import('./status.ts')).registerStatus,
  operations: async () => (await import('./operations.ts')).registerOperations,
  pause: async () => (await import('./pause.ts')).registerPause,
  resume: async () => (await import('./resume.ts')).registerResume,
  approve: async () => (await import('./approve.ts')).registerApprove,
  cancel: async () => (await import('./cancel.ts')).registerCancel,
  validate: async () => (await import('./validate.ts')).registerValidate,
  windows: async () => (await import('./windows.ts')).registerWindows,
  schema: async () => (await import('./schema.ts')).registerSchema,
  doctor: async () => (await import('./doctor.ts')).registerDoctor,
  suggest: async () => (await import('./suggest.ts')).registerSuggest,
  simulate: async () => (await import('./simulate.ts')).registerSimulate,
};

export const COMMAND_NAMES: readonly string[] = Object.keys(COMMANDS);

/** The command line for given arguments: with the command that they call, or with all of them for help. */
export async function buildProgram(args: readonly string[], context: CliContext): Promise<Command> {
  const program = new Command('doris-autoscaler');
  program
    .description('Grows and shrinks an Apache Doris cluster by itself, inside its idle business windows.')
    .version(context.version, '-V, --version')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        context.out(text);
      },
      // With --json the one object on stderr says it.
      writeErr: (text) => {
        if (!args.includes('--json')) context.err(text);
      },
    });
  for (const load of calledBy(args)) (await load())(program, context);
  return program;
}

function calledBy(args: readonly string[]): readonly (() => Promise<Register>)[] {
  const called = args.find((word) => !word.startsWith('-'));
  if (called === undefined && (args.includes('--version') || args.includes('-V'))) return [];
  const load = called !== undefined && Object.hasOwn(COMMANDS, called) ? COMMANDS[called] : undefined;
  return load === undefined ? Object.values(COMMANDS) : [load];
}
