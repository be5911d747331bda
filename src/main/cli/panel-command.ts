import { Command, InvalidArgumentError } from 'commander'
import { reportFailure } from './run-command.ts'
import { openTerminal } from './terminal.ts'

interface PanelOptions {
  readonly data?: string
  readonly port: number
  readonly browser: boolean
}

/** `memharbor panel`: the panel for a browser of this computer, for as long as it runs. */
export function panelCommand(): Command {
  return new Command('panel')
    .description('the panel in a browser of this computer')
    .option('--port <N>', 'the port on 127.0.0.1 (any that is free)', parsePort, 0)
    .option('--no-browser', 'only print the link')
    .option('--data <DIR>', 'the folder of the store (or MEMHARBOR_DATA)')
    .action(async ({ data, port, browser }: PanelOptions) => {
      const terminal = openTerminal({ json: false })
      try {
        const { runPanel } = await import('../web/run-panel.ts')
        process.exitCode = await runPanel({ data, port, browser }, terminal)
      } catch (error) {
        process.exitCode = 1
        reportFailure(terminal, error)
      }
    })
}

function parsePort(value: string): number {
  const port = Number(value)
  if (!/^\d+$/.test(value) || port > 65_535) throw new InvalidArgumentError('Give a port from 0 to 65535.')
  return port
}
