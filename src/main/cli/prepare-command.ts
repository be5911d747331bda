import type { Command } from 'commander'
import { withPassphrases } from './answer-problems.ts'
import { readProblem } from './command-problem.ts'
import { command } from './common-options.ts'
import { renderPlan } from './render-host.ts'
import { type CommandTools, type CommonOptions, runCommand } from './run-command.ts'
import { showProgress } from './show-progress.ts'
import type { Terminal } from './terminal.ts'

interface PrepareOptions extends CommonOptions {
  readonly undo?: boolean
  readonly dryRun?: boolean
  readonly yes?: boolean
  readonly range?: { from: number; to: number }
  readonly image?: string
  readonly loopback?: boolean
  readonly sudoPasswordStdin?: boolean
}

/** `memharbor host prepare NAME`: shows the plan, then carries it out. */
export function prepareCommand({
  parseRange,
}: {
  parseRange: (text: string) => { from: number; to: number }
}): Command {
  return command('prepare', 'set a host up, or with --undo take everything away again')
    .argument('<name>')
    .option('--undo', 'take away everything of Memharbor; refused while a tenant is there')
    .option('--dry-run', 'only show the plan')
    .option('--range <FROM-TO>', 'the ports for tenants (20000-29999)', parseRange)
    .option('--image <REFERENCE>', 'the image to pull instead of the usual one')
    .option('--loopback', 'without root: publish on that computer only')
    .option('--yes', 'undo without asking')
    .option('--sudo-password-stdin', 'read the sudo password from standard input')
    .action((name: string, options: PrepareOptions) =>
      runCommand(options, (tools) => prepare(name, options, tools)),
    )
}

async function prepare(name: string, options: PrepareOptions, tools: CommandTools): Promise<void> {
  const { client, terminal, given, signal } = tools
  const { undo, range, image, loopback } = options
  const choices = {
    name,
    ...(undo === true ? { undo } : {}),
    ...(range === undefined ? {} : { portRange: range }),
    ...(image === undefined ? {} : { image }),
    ...(loopback === true ? { loopback } : {}),
  }
  const plan = await withPassphrases(client, terminal, given, () => client.host.planPrepare(choices))
  if (!terminal.json) terminal.print(renderPlan(name, plan))
  if (options.dryRun === true) {
    if (terminal.json) terminal.print(JSON.stringify(plan))
    return
  }
  const confirmed = undo !== true || options.yes === true || (await confirmUndo(terminal, name))
  const host = await withSudoPassword(terminal, options.sudoPasswordStdin === true, async (sudoPassword) => {
    const secret = sudoPassword === undefined ? {} : { sudoPassword }
    const input = { ...choices, ...secret, confirmed, fingerprint: plan.fingerprint }
    return showProgress(terminal, await client.host.prepare(input, { signal }))
  })
  if (terminal.json) return terminal.print(JSON.stringify({ ...host, steps: plan.steps }))
  if (plan.steps.length > 0)
    terminal.print(undo === true ? `${name} is as it was before.` : `${name} is ready.`)
}

async function confirmUndo(terminal: Terminal, name: string): Promise<boolean> {
  return terminal.interactive && terminal.confirm(`Take all of this away from ${name}?`)
}

/** Gives sudo's password only when sudo asks for it, so that it is never sent to a command that does not. */
async function withSudoPassword<T>(
  terminal: Terminal,
  fromStdin: boolean,
  call: (password: string | undefined) => Promise<T>,
): Promise<T> {
  let password: string | undefined
  for (let asked = 0; ; asked += 1) {
    try {
      return await call(password)
    } catch (error) {
      const code = readProblem(error)?.problem.code
      if (code !== 'SUDO_PASSWORD_NEEDED' && code !== 'SUDO_PASSWORD_WRONG') throw error
      if (asked >= 3 || (fromStdin && password !== undefined)) throw error
      if (code === 'SUDO_PASSWORD_WRONG') terminal.note('That password is wrong.')
      if (fromStdin) password = (await terminal.readStandardInput()).replace(/\r?\n$/, '')
      else if (terminal.interactive) password = await terminal.askSecret('The sudo password there')
      else throw error
    }
  }
}
