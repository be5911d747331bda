import Table from 'cli-table3'
import { Command, Option } from 'commander'
import type { Settings } from '../../contract/settings.ts'
import { themes } from '../../contract/theme.ts'
import { command, parseNumber, parseRange } from './common-options.ts'
import { plainTable } from './plain-table.ts'
import { type CommonOptions, runCommand, runReading } from './run-command.ts'

interface SetOptions extends CommonOptions {
  readonly theme?: Settings['theme']
  readonly memory?: number
  readonly maxConnections?: number
  readonly range?: Settings['portRange']
  readonly activityYears?: number
}

/** `memharbor settings …` */
export function settingsCommands(): Command {
  return new Command('settings')
    .description('what this panel does unless told otherwise')
    .addCommand(showCommand())
    .addCommand(setCommand())
}

function showCommand(): Command {
  return command('show', 'all settings').action((options: CommonOptions) =>
    runReading(options, async ({ client, terminal }) => {
      const settings = await client.settings.get()
      terminal.print(terminal.json ? JSON.stringify(settings) : renderSettings(settings))
    }),
  )
}

function setCommand(): Command {
  return command('set', 'change some of them')
    .option('--memory <MB>', 'memory for a new tenant that names none', parseNumber)
    .option('--max-connections <N>', 'its connections at once', parseNumber)
    .option('--range <FROM-TO>', 'ports of hosts that are prepared for the first time', parseRange)
    .option('--activity-years <N>', 'how long the activity is kept; older is exported', parseNumber)
    .addOption(new Option('--theme <THEME>', 'of the window').choices(themes))
    .action((options: SetOptions) =>
      runCommand(options, async ({ client, terminal }) => {
        const { theme, memory, maxConnections, range, activityYears } = options
        const { newTenant } = await client.settings.get()
        const settings = await client.settings.change({
          ...(theme === undefined ? {} : { theme }),
          ...(range === undefined ? {} : { portRange: range }),
          ...(activityYears === undefined ? {} : { activityYears }),
          ...(memory === undefined && maxConnections === undefined
            ? {}
            : {
                newTenant: {
                  memoryMb: memory ?? newTenant.memoryMb,
                  maxConnections: maxConnections ?? newTenant.maxConnections,
                },
              }),
        })
        terminal.print(terminal.json ? JSON.stringify(settings) : renderSettings(settings))
      }),
    )
}

function renderSettings({ theme, newTenant, portRange, activityYears }: Settings): string {
  const table = new Table(plainTable)
  table.push(
    ['Memory of a new tenant', `${newTenant.memoryMb} MB`],
    ['Connections of a new tenant', String(newTenant.maxConnections)],
    ['Ports of a new host', `${portRange.from}-${portRange.to}`],
    ['Activity is kept for', activityYears === 1 ? 'a year' : `${activityYears} years`],
    ['Theme', theme],
  )
  return table.toString()
}
