import { Command, InvalidArgumentError, Option } from 'commander'
import type { AllowInput } from '../../contract/allowlist.ts'
import type { CreatedTenant, RestoredTenant, Tenant } from '../../contract/tenant.ts'
import { type TenantHealth, tenantHealthSchema } from '../../contract/tenant-health.ts'
import { describePutBack, describeServer } from '../../domain/host-checks.ts'
import { askOnce, canAnswer, withConfirmation, withPassphrases } from './answer-problems.ts'
import { collect, command, parseNumber } from './common-options.ts'
import { forEachTenant } from './each-tenant.ts'
import { lifecycleCommands } from './lifecycle-commands.ts'
import {
  describeFilters,
  describeLastKnown,
  describeUnseen,
  isOpenNow,
  renderAllowlistChange,
  renderAllowNotes,
  renderExampleTexts,
  renderTenant,
  renderTenants,
  warnOpen,
} from './render-tenant.ts'
import { type CommonOptions, runCommand, runReading } from './run-command.ts'
import { showProgress } from './show-progress.ts'
import { waitForClosing } from './wait-for-closing.ts'

/** `memharbor tenant …` */
export function tenantCommands(): Command {
  const tenant = new Command('tenant').description('customers and their caches')
  const first = [createCommand(), listCommand(), showCommand(), allowCommand(), revokeCommand()]
  for (const each of [...first, ...lifecycleCommands(), deleteCommand(), restoreCommand()])
    tenant.addCommand(each)
  return tenant
}

interface CreateOptions extends CommonOptions {
  readonly host?: string
  readonly memory?: number
  readonly maxConnections?: number
  readonly allow?: string[]
  readonly tag?: string[]
  readonly notes?: string
  readonly yes?: boolean
}

function createCommand(): Command {
  return command('create', 'give a tenant a cache of its own')
    .argument('<name...>', 'one or more tenants, alike but for their names')
    .option('--host <HOST>', 'where; not needed with one host, or with a default one')
    .option('--memory <MB>', 'memory for items; settings show says the usual', parseNumber)
    .option('--max-connections <N>', 'connections at once; settings show says the usual', parseNumber)
    .option(
      '--allow <CIDR[=LABEL]>',
      'who may connect; may be given several times; "anyone" opens it to all',
      collect,
    )
    .option('--tag <TAG>', 'may be given several times', collect)
    .option('--notes <TEXT>', 'for the operators')
    .option('--yes', 'without asking, however wide the allowlist is')
    .action((names: string[], options: CreateOptions) =>
      runCommand(options, async (tools) => {
        const { client, terminal, signal } = tools
        const { host, memory, maxConnections, allow = [], tag, notes } = options
        const input = {
          allow: allow.map(parseAllow),
          ...(host === undefined ? {} : { host }),
          ...(memory === undefined ? {} : { memoryMb: memory }),
          ...(maxConnections === undefined ? {} : { maxConnections }),
          ...(tag === undefined ? {} : { tags: tag }),
          ...(notes === undefined ? {} : { notes }),
        }
        // All of them get the same allowlist, so it is asked of once, and noted once.
        const asking = askOnce(terminal)
        let noted = terminal.json
        const create = async (name: string): Promise<CreatedTenant> => {
          const tenant = await withConfirmation(asking, options.yes === true, async (confirmed) =>
            showProgress(
              terminal,
              await client.tenant.create({ ...input, name, ...toWidth(confirmed) }, { signal }),
            ),
          )
          if (isOpenNow(tenant) && !terminal.json) terminal.note(warnOpen(tenant))
          if (!noted) for (const note of renderAllowNotes(tenant)) terminal.note(note)
          noted = true
          return tenant
        }
        const action = { done: 'created', survival: null, yes: true, run: create, show: renderTenant }
        await forEachTenant(tools, { names, tag: undefined }, action)
      }),
    )
}

function listCommand(): Command {
  return command('list', 'all tenants as their hosts show them now')
    .option('--host <HOST>', 'only those on this host')
    .addOption(
      new Option('--health <HEALTH>', 'only those whose cache is so').choices(tenantHealthSchema.options),
    )
    .action((options: CommonOptions & { host?: string; health?: TenantHealth }) =>
      runReading(options, async ({ client, terminal, given }) => {
        const { host, health } = options
        const mayAsk = canAnswer(terminal, given)
        const tenants = await withPassphrases(client, terminal, given, () =>
          client.tenant.list({
            mayAsk,
            ...(host === undefined ? {} : { host }),
            ...(health === undefined ? {} : { health }),
          }),
        )
        if (terminal.json) return terminal.print(JSON.stringify(tenants))
        terminal.print(renderTenants(tenants, health))
        const lastKnown = describeLastKnown(tenants)
        if (lastKnown !== undefined) terminal.note(lastKnown)
        // The table has no room for why; the look that was just made may have found it.
        const hosts = (await client.host.list()).filter(({ name }) => host === undefined || name === host)
        const doubts = hosts.flatMap((each) => [...describeServer(each), ...describePutBack(each)])
        const unseen = describeUnseen(tenants).filter((why) =>
          doubts.every(({ sentence }) => sentence !== why),
        )
        for (const told of [...unseen, ...describeFilters(tenants)]) terminal.note(told)
        for (const { sentence, advice } of doubts) terminal.note(`${sentence} ${advice}`)
      }),
    )
}

function showCommand(): Command {
  return command('show', 'what a tenant needs to connect, with examples')
    .argument('<name>')
    .option('--hand-over [FORMAT]', 'the text to give to the tenant: plain, or markdown', parseFormat)
    .action((name: string, options: CommonOptions & { handOver?: HandOverFormat | true }) =>
      runReading(options, async ({ client, terminal, given }) => {
        const tenant = await withPassphrases(client, terminal, given, () =>
          client.tenant.show({ name, mayAsk: canAnswer(terminal, given) }),
        )
        if (terminal.json) return terminal.print(JSON.stringify(tenant))
        if (options.handOver !== undefined) {
          const format = options.handOver === true ? 'plain' : options.handOver
          return terminal.print(tenant.handOver[format].trimEnd())
        }
        terminal.print(`${renderTenant(tenant)}\n\n${renderExampleTexts(tenant.examples)}`)
        const lastKnown = describeLastKnown([tenant])
        if (lastKnown !== undefined) terminal.note(lastKnown)
        for (const fault of describeFilters([tenant])) terminal.note(fault)
        if (isOpenNow(tenant)) terminal.note(warnOpen(tenant))
      }),
    )
}

function allowCommand(): Command {
  return command('allow', 'let addresses in')
    .argument('<name>')
    .argument('<cidr...>', 'addresses or ranges, each CIDR or CIDR=LABEL; or "anyone"')
    .option('--label <LABEL>', 'a label for all of them')
    .option('--yes', 'without asking, however wide the allowlist becomes')
    .action((name: string, cidrs: string[], options: CommonOptions & { label?: string; yes?: boolean }) =>
      runCommand(options, async ({ client, terminal, given }) => {
        const { label } = options
        const entries = cidrs.map((text) => ({
          ...(label === undefined ? {} : { label }),
          ...parseAllow(text),
        }))
        const change = await withConfirmation(terminal, options.yes === true, (confirmed) =>
          withPassphrases(client, terminal, given, () =>
            client.tenant.allow({ name, entries, ...toWidth(confirmed) }),
          ),
        )
        terminal.print(terminal.json ? JSON.stringify(change) : renderAllowlistChange('Allowed', change))
        if (!terminal.json) for (const note of renderAllowNotes(change)) terminal.note(note)
      }),
    )
}

function revokeCommand(): Command {
  return command('revoke', 'shut addresses out and cut their connections')
    .argument('<name>')
    .argument('<cidr...>', 'as they are on the allowlist; or "anyone"')
    .action((name: string, cidrs: string[], options: CommonOptions) =>
      runCommand(options, async (tools) => {
        const { client, terminal, given } = tools
        const closing = { tenant: name, kind: 'tenant revoke', noun: 'revoke', cidrs }
        const change = await withPassphrases(client, terminal, given, () =>
          waitForClosing(tools, closing, client.tenant.revoke({ name, cidrs })),
        )
        terminal.print(terminal.json ? JSON.stringify(change) : renderAllowlistChange('Revoked', change))
      }),
    )
}

function deleteCommand(): Command {
  return command('delete', 'remove a tenant and everything in its cache')
    .argument('[name...]', 'one or more tenants')
    .option('--tag <TAG>', 'all tenants with this tag')
    .option('--yes', 'without asking')
    .action((names: string[], options: CommonOptions & { tag?: string; yes?: boolean }) =>
      runCommand(options, async (tools) => {
        const { client, terminal } = tools
        const remove = (name: string, confirmed: boolean): Promise<Tenant> => {
          const closing = { tenant: name, kind: 'tenant delete', noun: 'delete', cidrs: [] }
          const removed = async () => showProgress(terminal, await client.tenant.delete({ name, confirmed }))
          return waitForClosing(tools, closing, removed())
        }
        const action = {
          done: 'deleted',
          survival: 'delete',
          yes: options.yes === true,
          run: remove,
        } as const
        await forEachTenant(tools, { names, tag: options.tag }, action)
      }),
    )
}

function restoreCommand(): Command {
  return command('restore', 'put a deleted tenant back at its port, with an empty cache')
    .argument('<name...>', 'one or more deleted tenants; of several that had a name, the last')
    .action((names: string[], options: CommonOptions) =>
      runCommand(options, async (tools) => {
        const { client, terminal, signal } = tools
        const restore = async (name: string): Promise<RestoredTenant> => {
          const tenant = await showProgress(terminal, await client.tenant.restore({ name }, { signal }))
          if (terminal.json) return tenant
          if (tenant.closedWhy !== '') terminal.note(`${tenant.name} is suspended. ${tenant.closedWhy}`)
          if (isOpenNow(tenant)) terminal.note(warnOpen(tenant))
          return tenant
        }
        const action = { done: 'put back', survival: null, yes: true, run: restore, show: renderTenant }
        await forEachTenant(tools, { names, tag: undefined }, action)
      }),
    )
}

/** A yes to the question that was asked, or `--yes`, is one to any width. */
const toWidth = (confirmed: boolean): { confirmed?: 'anyone' } => (confirmed ? { confirmed: 'anyone' } : {})

type HandOverFormat = 'plain' | 'markdown'

function parseFormat(value: string): HandOverFormat {
  if (value !== 'plain' && value !== 'markdown') throw new InvalidArgumentError('Give plain or markdown.')
  return value
}

/** `203.0.113.0/24=office`; what is before the first `=` is checked by the router. */
function parseAllow(text: string): AllowInput {
  const at = text.indexOf('=')
  return at < 0 ? { cidr: text } : { cidr: text.slice(0, at), label: text.slice(at + 1) }
}
