import { Command, CommanderError } from 'commander'
import packageJson from '../../../package.json'
import { activityCommands } from './activity-commands.ts'
import { hostCommands } from './host-commands.ts'
import { outliveReaders } from './outlive-readers.ts'
import { panelCommand } from './panel-command.ts'
import { settingsCommands } from './settings-commands.ts'
import { tenantCommands } from './tenant-commands.ts'

/** Every command with its arguments and options; docs/cli.md is compared with it. */
export function createProgram(): Command {
  const program = new Command('memharbor')
    .description('hosted memcached on your own servers')
    .version(packageJson.version)
    .addCommand(hostCommands())
    .addCommand(tenantCommands())
    .addCommand(activityCommands())
    .addCommand(panelCommand())
    .addCommand(settingsCommands())
  for (const noun of program.commands) for (const each of [noun, ...noun.commands]) each.exitOverride()
  return program.exitOverride()
}

/** Runs the command line and sets the exit status: 0 done, 1 failed, 2 wrong usage. */
export async function runProgram(argv: readonly string[]): Promise<void> {
  outliveReaders()
  try {
    await createProgram().parseAsync(argv)
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    // Commander has written what was wrong; help and version end with 0.
    process.exitCode = error.exitCode === 0 ? 0 : 2
  }
}
