import type { Command } from 'commander'
import type { HostOperator } from '../../contract/host.ts'
import { describeRemoved } from '../../core/operator/describe-removed.ts'
import { withConfirmation, withPassphrases } from './answer-problems.ts'
import { command } from './common-options.ts'
import { type CommandTools, type CommonOptions, runCommand } from './run-command.ts'
import { openPasswordSource, withSudoPassword } from './sudo-password.ts'

interface OperatorsOptions extends CommonOptions {
  readonly remove?: string
  readonly yes?: boolean
  readonly sudoPasswordStdin?: boolean
}

/** `memharbor host operators NAME`: who may run the helper there, and takes that right away. */
export function operatorsCommand(): Command {
  return command('operators', 'who may run the helper on a host')
    .argument('<name>')
    .option('--remove <USER>', 'take the right away from this one')
    .option('--yes', 'also from yourself, without asking')
    .option('--sudo-password-stdin', 'read the sudo password from standard input')
    .action((name: string, options: OperatorsOptions) =>
      runCommand(options, async (tools) => {
        const { client, terminal, given } = tools
        const { remove: user } = options
        if (user !== undefined) {
          const { removed, left } = await removeOne(name, user, options, tools)
          return terminal.print(terminal.json ? JSON.stringify(left) : describeRemoved(name, removed))
        }
        const operators = await withPassphrases(client, terminal, given, () =>
          client.host.operators({ name }),
        )
        if (terminal.json) return terminal.print(JSON.stringify(operators))
        terminal.print(operators.map(renderOperator).join('\n'))
      }),
    )
}

function removeOne(
  name: string,
  user: string,
  options: OperatorsOptions,
  { client, terminal, given }: CommandTools,
): Promise<{ removed: HostOperator; left: HostOperator[] }> {
  const source = openPasswordSource(terminal, options.sudoPasswordStdin === true)
  return withPassphrases(client, terminal, given, () =>
    withConfirmation(terminal, options.yes === true, (confirmed) =>
      withSudoPassword(terminal, source, (sudoPassword) => {
        const secret = sudoPassword === undefined ? {} : { sudoPassword }
        return client.host.removeOperator({ name, user, confirmed, ...secret })
      }),
    ),
  )
}

const renderOperator = ({ name, why, isSelf }: HostOperator): string =>
  `${name}${isSelf ? ' (this panel)' : ''}${why === '' ? '' : `: ${why}`}`
