import Table from 'cli-table3'
import { Command, Option } from 'commander'
import type { ActivityFilter, Operation } from '../../contract/activity.ts'
import { renderCsv } from '../../domain/render-csv.ts'
import { command, parseNumber } from './common-options.ts'
import { plainTable } from './plain-table.ts'
import { type CommonOptions, runReading } from './run-command.ts'

const outcomes: Operation['outcome'][] = ['running', 'done', 'failed', 'undone']

/** `memharbor activity …` */
export function activityCommands(): Command {
  return new Command('activity')
    .description('what was done, by whom, and how it ended')
    .addCommand(listCommand())
}

function listCommand(): Command {
  return command('list', 'the newest first')
    .option('--limit <N>', 'how many (100)', parseNumber)
    .option('--host <HOST>', 'of this host only')
    .option('--tenant <TENANT>', 'of this tenant only')
    .addOption(new Option('--outcome <OUTCOME>', 'with this result only').choices(outcomes))
    .option('--text <WORDS>', 'with all of these words in what is shown')
    .option('--csv', 'comma-separated values, with a head')
    .action((options: CommonOptions & Omit<ActivityFilter, 'before' | 'beforeId'> & { csv?: boolean }) =>
      runReading(options, async ({ client, terminal }) => {
        const { limit, host, tenant, outcome, text } = options
        const operations = await client.activity.list({ limit, host, tenant, outcome, text })
        if (options.csv === true) terminal.print(renderCsv(operations))
        else if (terminal.json) terminal.print(JSON.stringify(operations))
        else {
          const isFiltered = [host, tenant, outcome, text].some((each) => each !== undefined)
          terminal.print(renderOperations(operations, isFiltered))
        }
      }),
    )
}

function renderOperations(operations: readonly Operation[], isFiltered: boolean): string {
  if (operations.length === 0) return isFiltered ? 'Nothing fits this filter.' : 'Nothing has been done yet.'
  const table = new Table({ ...plainTable, head: ['WHEN', 'WHAT', 'TENANT', 'HOST', 'BY', 'RESULT'] })
  for (const { startedAt, kind, tenant, host, actor, outcome, why } of operations) {
    table.push([
      startedAt,
      kind,
      tenant ?? '',
      host ?? '',
      actor,
      why === '' ? outcome : `${outcome}: ${why}`,
    ])
  }
  return table.toString()
}
