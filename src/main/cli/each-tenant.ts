import pLimit, { type LimitFunction } from 'p-limit'
import { dataSurvival, dataSurvivalSentences } from '../../contract/data-survival.ts'
import type { Tenant } from '../../contract/tenant.ts'
import { fail } from '../../domain/problem-error.ts'
import { withPassphrases } from './answer-problems.ts'
import { readProblem } from './command-problem.ts'
import { warnPast } from './render-tenant.ts'
import { type CommandTools, LeftError, requireNotStopped } from './run-command.ts'

/** The tenants that a command is about. */
export interface Chosen {
  readonly names: readonly string[]
  readonly tag: string | undefined
}

export interface EachAction {
  /** For the sentences: `suspended`. */
  readonly done: string
  /** null: there is no data yet. */
  readonly survival: keyof typeof dataSurvival | null
  /** `--yes` was given. */
  readonly yes: boolean
  /** `alone`: no other of them may ask at the same time. */
  readonly run: (name: string, confirmed: boolean, alone: boolean) => Promise<Tenant>
  /** More than a line about it, when it is only one. */
  readonly show?: (tenant: Tenant) => string
}

/** Of each host: more at once would only wait in its Docker, and one that does not answer holds up no other's. */
const atOnce = 8

/**
 * Does one thing with several tenants, side by side. One failure does not stop the rest; a summary ends it, and the
 * status is 1 if any failed. What becomes of the data is said before, and asked for where it is lost.
 */
export async function forEachTenant(tools: CommandTools, chosen: Chosen, action: EachAction): Promise<void> {
  const { terminal, client, given, signal } = tools
  const names = await chooseNames(tools, chosen)
  const survival = action.survival === null ? null : dataSurvival[action.survival]
  // Of tenants that are not there nothing can be lost, so nothing is said or asked of them. A closing waits for no look.
  const mayLose = survival !== null && survival !== 'kept'
  const there = mayLose ? await client.tenant.findNames({ names }) : names
  if (there.length > 0 && survival !== null && !terminal.json) terminal.note(dataSurvivalSentences[survival])
  const confirmed = action.yes || survival !== 'lost' || (await confirmLoss(tools, there))
  const describe = (tenant: Tenant, alone: boolean): string =>
    alone && action.show !== undefined ? action.show(tenant) : describeDone(tenant, action)
  // By tag it is a list, however many there are: a script must not care.
  const alone = names.length === 1 && chosen.tag === undefined
  const turnsOf = await takeTurns(tools, names)
  let left: LeftError | undefined
  let leftCount = 0
  const outcomes = await Promise.all(
    names.map((name) =>
      turnsOf(name)(async () => {
        try {
          // After Ctrl-C what has begun is finished or taken back, and nothing else begins.
          requireNotStopped(signal, `this for ${name}`)
          const tenant = await withPassphrases(client, terminal, given, () =>
            action.run(name, confirmed, alone),
          )
          if (!terminal.json) terminal.print(describe(tenant, alone))
          return { name, ok: true as const, tenant }
        } catch (error) {
          const found = readProblem(error)
          if (found === undefined || alone) throw error
          const { code, details } = found.problem
          // After Ctrl-C it was told already.
          if (error instanceof LeftError) {
            left = error
            leftCount += 1
            return { name, ok: false as const, code, message: error.message, details, advice: '' }
          }
          const { message, advice } = found
          if (!terminal.json) terminal.note(`${name}: ${code}: ${message} ${advice}`)
          return { name, ok: false as const, code, message, details, advice }
        }
      }),
    ),
  )
  const notDone = outcomes.filter(({ ok }) => !ok).length
  if (notDone > 0) process.exitCode = 1
  const failed = notDone - leftCount
  const summary = `${names.length - notDone} ${action.done}, ${failed} failed`
  const [only] = outcomes
  if (terminal.json) terminal.print(JSON.stringify(alone && only?.ok === true ? only.tenant : outcomes))
  else if (!alone)
    terminal.print(leftCount === 0 ? `${summary}.` : `${summary}, ${leftCount} left by Ctrl-C.`)
  if (left !== undefined) throw left
}

/** The host is named: it tells which tenant it was, where two hosts have one of that name. */
function describeDone(tenant: Tenant, { done, survival }: EachAction): string {
  const past = survival === 'suspend' ? warnPast(tenant) : []
  return [`${tenant.name} on ${tenant.host} is ${done}.`, ...past].join('\n')
}

async function chooseNames(
  { client, terminal, given }: CommandTools,
  { names, tag }: Chosen,
): Promise<string[]> {
  const refuse = (field: string, reason: string): never =>
    fail({ code: 'INVALID_INPUT', details: { field, given: tag ?? '', reason } })
  if (tag === undefined)
    return names.length > 0 ? [...new Set(names)] : refuse('name or tag', 'neither was given')
  const tenants = await withPassphrases(client, terminal, given, () => client.tenant.list({ isQuick: true }))
  const tagged = tenants
    .filter(({ tags }) => tags.includes(tag.normalize('NFC').trim().toLowerCase()))
    .map(({ name }) => name)
  return tagged.length + names.length > 0
    ? [...new Set([...names, ...tagged])]
    : refuse('tag', 'no tenant has this tag')
}

/** Tenants that the store does not know, whose hosts are looked for, wait for each other only. */
async function takeTurns(
  { client }: CommandTools,
  names: readonly string[],
): Promise<(name: string) => LimitFunction> {
  const hosts = names.length > 1 ? await client.tenant.findHosts({ names: [...names] }) : []
  const hostOf = new Map(names.map((name, at) => [name, hosts[at] ?? '']))
  const turns = new Map<string, LimitFunction>()
  return (name) => {
    const host = hostOf.get(name) ?? ''
    const own = turns.get(host) ?? pLimit(atOnce)
    turns.set(host, own)
    return own
  }
}

async function confirmLoss({ terminal }: CommandTools, names: readonly string[]): Promise<boolean> {
  if (!terminal.interactive || names.length === 0) return false
  const whose = names.length === 1 ? `of ${names[0]}` : `of these ${names.length} tenants`
  return terminal.confirm(`Everything in the cache ${whose} is lost. Go on?`)
}
