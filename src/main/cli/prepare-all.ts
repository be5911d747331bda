import type { PreparePlan } from '../../contract/host.ts'
import { withPassphrases } from './answer-problems.ts'
import { readProblem } from './command-problem.ts'
import { describeNext } from './describe-host-trouble.ts'
import type { PrepareOptions } from './prepare-options.ts'
import { renderPlan } from './render-host.ts'
import type { CommandTools } from './run-command.ts'
import { showProgress } from './show-progress.ts'
import { openPasswordSource, withSudoPassword } from './sudo-password.ts'

type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure }
type Failure = { code: string; message: string; details: object; advice: string }

/**
 * `memharbor host prepare --all`: one plan for all hosts, then one host after the other, because each may ask for a sudo
 * password of its own. A host that fails does not stop the others; the status is 1 then. A host that was never prepared
 * is left out: that is a decision of its own.
 */
export async function prepareAll(options: PrepareOptions, tools: CommandTools): Promise<void> {
  const { client, terminal, given, signal } = tools
  const { range, supernet, image } = options
  const choices = {
    ...(range === undefined ? {} : { portRange: range }),
    ...(supernet === undefined ? {} : { supernet }),
    ...(image === undefined ? {} : { image }),
  }
  const hosts = (await client.host.list()).filter(({ mode }) => mode === 'filtered')
  const plans: { name: string; plan: Outcome<PreparePlan> }[] = []
  for (const { name } of hosts) {
    const plan = await attempt(() =>
      withPassphrases(client, terminal, given, () => client.host.planPrepare({ ...choices, name })),
    )
    plans.push({ name, plan })
    if (!terminal.json)
      terminal.print(plan.ok ? renderPlan(name, plan.value) : renderFailure(name, plan.failure))
  }
  const password = openPasswordSource(terminal, options.sudoPasswordStdin === true)
  const prepareOne = (name: string, { steps, fingerprint }: PreparePlan): Promise<Outcome<unknown>> =>
    attempt(async () => {
      // After Ctrl-C what has begun ends, and nothing else begins.
      signal.throwIfAborted()
      if (steps.length === 0) return
      if (!terminal.json) terminal.note(`${name}:`)
      const call = async (sudoPassword: string | undefined) => {
        const secret = sudoPassword === undefined ? {} : { sudoPassword }
        const input = { ...choices, ...secret, name, fingerprint, confirmed: true }
        return showProgress(terminal, await client.host.prepare(input, { signal }))
      }
      const host = await withSudoPassword(terminal, password, call, `The sudo password on ${name}`)
      if (!terminal.json) for (const line of describeNext(host)) terminal.note(line)
    })
  const results: object[] = []
  let failed = 0
  for (const { name, plan } of plans) {
    const done = plan.ok && options.dryRun !== true ? await prepareOne(name, plan.value) : plan
    if (!done.ok) failed += 1
    if (!terminal.json && plan.ok && !done.ok) terminal.note(renderFailure(name, done.failure))
    const steps = plan.ok ? plan.value.steps : []
    results.push({ name, ok: done.ok, steps, ...(done.ok ? {} : done.failure) })
  }
  if (failed > 0) process.exitCode = 1
  if (terminal.json) terminal.print(JSON.stringify(results))
  else if (options.dryRun !== true) terminal.print(`${plans.length - failed} ready, ${failed} failed.`)
}

const renderFailure = (name: string, { code, message, advice }: Failure): string =>
  `${name}: ${code}: ${message} ${advice}`

/** @throws what is no problem: a defect, and the end by Ctrl-C */
async function attempt<T>(work: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { ok: true, value: await work() }
  } catch (error) {
    const found = readProblem(error)
    if (found === undefined) throw error
    const { problem, message, advice } = found
    return { ok: false, failure: { code: problem.code, message, details: problem.details, advice } }
  }
}
