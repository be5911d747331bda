import { Command } from 'commander'
import type { AllowInput } from '../../contract/allowlist.ts'
import { canAnswer, withConfirmation, withPassphrases } from './answer-problems.ts'
import { collect, command, parseNumber } from './common-options.ts'
import {
  renderAllowlistChange,
  renderExampleTexts,
  renderTenant,
  renderTenants,
  warnOpen,
} from './render-tenant.ts'
import { type CommonOptions, runCommand } from './run-command.ts'
import { showProgress } from './show-progress.ts'

/** `memharbor tenant …` */
export function tenantCommands(): Command {
  return new Command('tenant')
    .description('customers and their caches')
    .addCommand(createCommand())
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(allowCommand())
    .addCommand(revokeCommand())
    .addCommand(deleteCommand())
}

interface CreateOptions extends CommonOptions {
  readonly host?: string
  readonly memory?: number
  readonly maxConnections?: number
  readonly allow?: string[]
}

function createCommand(): Command {
  return command('create', 'give a tenant a cache of its own')
    .argument('<name>')
    .option('--host <HOST>', 'where; not needed with one host')
    .option('--memory <MB>', 'memory for items (64)', parseNumber)
    .option('--max-connections <N>', 'connections at once (1024)', parseNumber)
    .option(
      '--allow CIDR[=LABEL]',
      'who may connect; may be given several times; "anyone" opens it to all',
      collect,
    )
    .action((name: string, options: CreateOptions) =>
      runCommand(options, async ({ client, terminal, given, signal }) => {
        const { host, memory, maxConnections, allow = [] } = options
        const input = {
          name,
          allow: allow.map(parseAllow),
          ...(host === undefined ? {} : { host }),
          ...(memory === undefined ? {} : { memoryMb: memory }),
          ...(maxConnections === undefined ? {} : { maxConnections }),
        }
        const tenant = await withPassphrases(client, terminal, given, async () =>
          showProgress(terminal, await client.tenant.create(input, { signal })),
        )
        terminal.print(terminal.json ? JSON.stringify(tenant) : renderTenant(tenant))
        if (tenant.openToAnyone && !terminal.json) terminal.note(warnOpen(tenant))
      }),
    )
}

function listCommand(): Command {
  return command('list', 'all tenants as their hosts show them now')
    .option('--host <HOST>', 'only those on this host')
    .action((options: CommonOptions & { host?: string }) =>
      runCommand(options, async ({ client, terminal, given }) => {
        const { host } = options
        const mayAsk = canAnswer(terminal, given)
        const tenants = await withPassphrases(client, terminal, given, () =>
          client.tenant.list({ mayAsk, ...(host === undefined ? {} : { host }) }),
        )
        terminal.print(terminal.json ? JSON.stringify(tenants) : renderTenants(tenants))
      }),
    )
}

function showCommand(): Command {
  return command('show', 'what a tenant needs to connect, with examples')
    .argument('<name>')
    .action((name: string, options: CommonOptions) =>
      runCommand(options, async ({ client, terminal, given }) => {
        const tenant = await withPassphrases(client, terminal, given, () =>
          client.tenant.show({ name, mayAsk: canAnswer(terminal, given) }),
        )
        if (terminal.json) return terminal.print(JSON.stringify(tenant))
        terminal.print(`${renderTenant(tenant)}\n\n${renderExampleTexts(tenant.examples)}`)
        if (tenant.openToAnyone) terminal.note(warnOpen(tenant))
      }),
    )
}

function allowCommand(): Command {
  return command('allow', 'let addresses in')
    .argument('<name>')
    .argument('<cidr...>', 'addresses or ranges, each CIDR or CIDR=LABEL; or "anyone"')
    .option('--label <LABEL>', 'a label for all of them')
    .action((name: string, cidrs: string[], options: CommonOptions & { label?: string }) =>
      runCommand(options, async ({ client, terminal, given }) => {
        const { label } = options
        const entries = cidrs.map((text) => ({
          ...(label === undefined ? {} : { label }),
          ...parseAllow(text),
        }))
        const change = await withPassphrases(client, terminal, given, () =>
          client.tenant.allow({ name, entries }),
        )
        terminal.print(terminal.json ? JSON.stringify(change) : renderAllowlistChange('Allowed', change))
      }),
    )
}

function revokeCommand(): Command {
  return command('revoke', 'shut addresses out and cut their connections')
    .argument('<name>')
    .argument('<cidr...>', 'as they are on the allowlist; or "anyone"')
    .action((name: string, cidrs: string[], options: CommonOptions) =>
      runCommand(options, async ({ client, terminal, given }) => {
        const change = await withPassphrases(client, terminal, given, () =>
          client.tenant.revoke({ name, cidrs }),
        )
        terminal.print(terminal.json ? JSON.stringify(change) : renderAllowlistChange('Revoked', change))
      }),
    )
}

function deleteCommand(): Command {
  return command('delete', 'remove a tenant and everything in its cache')
    .argument('<name>')
    .option('--yes', 'without asking')
    .action((name: string, options: CommonOptions & { yes?: boolean }) =>
      runCommand(options, async ({ client, terminal, given, signal }) => {
        const tenant = await withPassphrases(client, terminal, given, () =>
          withConfirmation(terminal, options.yes === true, async (confirmed) =>
            showProgress(terminal, await client.tenant.delete({ name, confirmed }, { signal })),
          ),
        )
        terminal.print(terminal.json ? JSON.stringify(tenant) : `${tenant.name} is deleted.`)
      }),
    )
}

/** `203.0.113.0/24=office`; what is before the first `=` is checked by the router. */
function parseAllow(text: string): AllowInput {
  const at = text.indexOf('=')
  return at < 0 ? { cidr: text } : { cidr: text.slice(0, at), label: text.slice(at + 1) }
}
