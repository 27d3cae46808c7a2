import { Command } from 'commander';
import { registerCancel } from './cancel.ts';
import type { CliContext } from './context.ts';
import { registerDemo } from './demo.ts';
import { registerDoctor } from './doctor.ts';
import { registerExplain } from './explain.ts';
import { registerOperations } from './operations.ts';
import { registerPause } from './pause.ts';
import { registerPlan } from './plan.ts';
import { registerRun } from './run.ts';
import { registerSchema } from './schema.ts';
import { registerSimulate } from './simulate.ts';
import { registerStatus } from './status.ts';
import { registerValidate } from './validate.ts';
import { registerWindows } from './windows.ts';

/** The whole command line. Each command registers itself here with one line. */
export function buildProgram(context: CliContext): Command {
  const program = new Command('doris-autoscaler');
  program
    .description('Grows and shrinks an Apache Doris cluster by itself, inside its idle business windows.')
    .version(context.version, '-V, --version')
    .configureOutput({
      writeOut: (text) => {
        context.out(text);
      },
      writeErr: (text) => {
        context.err(text);
      },
    });
  for (const register of COMMANDS) register(program, context);
  return program;
}

const COMMANDS = [
  registerRun,
  registerDemo,
  registerPlan,
  registerExplain,
  registerStatus,
  registerOperations,
  registerPause,
  registerCancel,
  registerValidate,
  registerWindows,
  registerSchema,
  registerDoctor,
  registerSimulate,
];
