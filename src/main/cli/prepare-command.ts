import type { Command } from 'commander'
import type { PreparePlan } from '../../contract/host.ts'
import { withPassphrases } from './answer-problems.ts'
import { command } from './common-options.ts'
import { describeNext } from './describe-host-trouble.ts'
import { prepareAll } from './prepare-all.ts'
import type { PrepareOptions } from './prepare-options.ts'
import { renderPlan } from './render-host.ts'
import { type CommandTools, runCommand } from './run-command.ts'
import { showProgress } from './show-progress.ts'
import { openPasswordSource, withSudoPassword } from './sudo-password.ts'
import type { Terminal } from './terminal.ts'

/** `memharbor host prepare NAME`: shows the plan, then carries it out. */
export function prepareCommand({
  parseRange,
}: {
  parseRange: (text: string) => { from: number; to: number }
}): Command {
  return command('prepare', 'set a host up, or with --undo take everything away again')
    .argument('[name]', 'the host; not with --all')
    .option('--all', 'all hosts, after one plan for all of them')
    .option('--undo', 'take away everything of Memharbor; refused while a tenant is there')
    .option('--keep-saved', 'undo although a saved firewall names the filter, and leave that as it is')
    .option('--dry-run', 'only show the plan')
    .option('--range <FROM-TO>', 'the ports for tenants (20000-29999)', parseRange)
    .option('--supernet <CIDR>', "the network for tenants' containers (10.213.0.0/16, unless taken)")
    .option('--image <REFERENCE>', 'the image to pull instead of the usual one')
    .option('--loopback', 'without root: publish on that computer only')
    .option('--yes', 'undo, or prepare beside such a saved firewall, without asking')
    .option('--sudo-password-stdin', 'read the sudo password from standard input')
    .action((name: string | undefined, options: PrepareOptions, self: Command) => {
      if ((name === undefined) !== (options.all === true)) self.error('error: give either a name or --all')
      if (options.all === true && (options.undo === true || options.loopback === true))
        self.error('error: --undo and --loopback are for one host, by its name')
      if (options.keepSaved === true && options.undo !== true)
        self.error('error: --keep-saved goes with --undo')
      return runCommand(options, (tools) =>
        name === undefined ? prepareAll(options, tools) : prepare(name, options, tools),
      )
    })
}

async function prepare(name: string, options: PrepareOptions, tools: CommandTools): Promise<void> {
  const { client, terminal, given, signal } = tools
  const { undo, keepSaved, range, supernet, image, loopback } = options
  const choices = {
    name,
    ...(undo === true ? { undo } : {}),
    ...(keepSaved === true ? { keepSaved } : {}),
    ...(range === undefined ? {} : { portRange: range }),
    ...(supernet === undefined ? {} : { supernet }),
    ...(image === undefined ? {} : { image }),
    ...(loopback === true ? { loopback } : {}),
  }
  const plan = await withPassphrases(client, terminal, given, () => client.host.planPrepare(choices))
  if (!terminal.json) terminal.print(renderPlan(name, plan))
  if (options.dryRun === true) {
    if (terminal.json) terminal.print(JSON.stringify(plan))
    return
  }
  const confirmed = options.yes === true || (await confirm(terminal, name, plan, undo === true))
  const host = await withSudoPassword(
    terminal,
    openPasswordSource(terminal, options.sudoPasswordStdin === true),
    async (sudoPassword) => {
      const secret = sudoPassword === undefined ? {} : { sudoPassword }
      const input = { ...choices, ...secret, confirmed, fingerprint: plan.fingerprint }
      return showProgress(terminal, await client.host.prepare(input, { signal }))
    },
  )
  if (terminal.json) return terminal.print(JSON.stringify({ ...host, steps: plan.steps }))
  if (plan.steps.length > 0)
    terminal.print(undo === true ? `${name} is as it was before.` : `${name} is ready.`)
  for (const line of describeNext(host)) terminal.print(line)
}

async function confirm(
  terminal: Terminal,
  name: string,
  { steps, saved }: PreparePlan,
  undo: boolean,
): Promise<boolean> {
  if (undo) return terminal.interactive && terminal.confirm(`Take all of this away from ${name}?`)
  if (steps.length === 0 || saved.length === 0) return false
  return terminal.interactive && terminal.confirm(`Prepare ${name} beside such a saved firewall?`)
}
