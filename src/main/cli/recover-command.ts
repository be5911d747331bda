import type { Command } from 'commander'
import type { RecoverAs, RecoverPlan } from '../../contract/host.ts'
import { describePutBack } from '../../domain/host-checks.ts'
import { fail } from '../../domain/problem-error.ts'
import { withPassphrases } from './answer-problems.ts'
import { command } from './common-options.ts'
import { type CommandTools, type CommonOptions, runCommand } from './run-command.ts'
import { showProgress } from './show-progress.ts'

interface RecoverOptions extends CommonOptions {
  readonly asPanel?: boolean
  readonly asHost?: boolean
  readonly dryRun?: boolean
  readonly yes?: boolean
}

/** `memharbor host recover NAME`: shows the plan, then settles what a host that was put back has otherwise. */
export function recoverCommand(): Command {
  return command('recover', 'settle what a host has otherwise since it was put back to an older state')
    .argument('<name>')
    .option('--as-panel', 'the host gets what this panel has')
    .option('--as-host', 'this panel takes over what the host has')
    .option('--dry-run', 'only show the plan')
    .option('--yes', 'do it without asking')
    .action((name: string, options: RecoverOptions, self: Command) => {
      if ((options.asPanel === true) === (options.asHost === true)) {
        self.error('error: give either --as-panel or --as-host')
      }
      const as = options.asPanel === true ? 'panel' : 'host'
      return runCommand(options, (tools) => recover(name, as, options, tools))
    })
}

async function recover(
  name: string,
  as: RecoverAs,
  options: RecoverOptions,
  { client, terminal, given, signal }: CommandTools,
): Promise<void> {
  const plan = await withPassphrases(client, terminal, given, () => client.host.planRecover({ name, as }))
  if (!terminal.json) terminal.print(renderPlan(name, plan))
  if (options.dryRun === true) {
    if (terminal.json) terminal.print(JSON.stringify(plan))
    return
  }
  const confirmed =
    options.yes === true ||
    (plan.steps.length > 0 && terminal.interactive && (await terminal.confirm('Do all of this?')))
  if (signal.aborted) fail({ code: 'CANCELLED', details: { action: `recovering ${name}` } })
  const input = { name, as, fingerprint: plan.fingerprint, confirmed }
  const host = await showProgress(terminal, await client.host.recover(input, { signal }))
  if (terminal.json) return terminal.print(JSON.stringify({ ...host, steps: plan.steps }))
  if (plan.steps.length === 0) return
  const [left] = describePutBack(host)
  if (left === undefined) return terminal.print(`${name} and this panel have the same again.`)
  terminal.print(`${left.sentence} ${left.advice}`)
}

function renderPlan(name: string, { steps }: RecoverPlan): string {
  if (steps.length === 0) return `Nothing on ${name} waits for an answer.`
  return [`On ${name}:`, ...steps.map(({ sentence }, index) => `  ${index + 1}. ${sentence}`)].join('\n')
}
