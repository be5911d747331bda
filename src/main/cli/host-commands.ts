import { resolve } from 'node:path'
import { Command } from 'commander'
import type { HostTarget } from '../../contract/host.ts'
import type { Client } from '../../contract/router.ts'
import { listNames } from '../../core/sentence/list-names.ts'
import { fail } from '../../domain/problem-error.ts'
import { withConfirmation, withHostKeys, withPassphrases } from './answer-problems.ts'
import { collect, command, parseRange, parseSsh } from './common-options.ts'
import { describeClosings, describeNext } from './describe-host-trouble.ts'
import { operatorsCommand } from './operators-command.ts'
import { prepareCommand } from './prepare-command.ts'
import { recoverCommand } from './recover-command.ts'
import { renderCheck, renderForgotten, renderHosts } from './render-host.ts'
import { type CommonOptions, runCommand, runReading } from './run-command.ts'

interface TargetOptions extends CommonOptions {
  readonly ssh?: Extract<HostTarget, { kind: 'ssh' }>
  readonly identity?: string
  readonly socket?: string
  readonly publicAddress?: string
}

/** `memharbor host …` */
export function hostCommands(): Command {
  return new Command('host')
    .description('servers that run tenants')
    .addCommand(addCommand())
    .addCommand(listCommand())
    .addCommand(checkCommand())
    .addCommand(prepareCommand({ parseRange }))
    .addCommand(recoverCommand())
    .addCommand(operatorsCommand())
    .addCommand(editCommand())
    .addCommand(trustCommand())
    .addCommand(removeCommand())
}

function addCommand(): Command {
  return withTarget(command('add', 'connect a host for the first time'))
    .argument('<name>')
    .option('--host-key <FINGERPRINT>', 'accept this key (SHA256:…); may be given several times', collect)
    .action((name: string, options: TargetOptions & { hostKey?: string[] }, self: Command) => {
      const target = readTarget(options)
      if (target === undefined) self.error('error: give either --ssh USER@ADDRESS or --socket PATH')
      return runCommand(options, async ({ client, terminal, given, signal }) => {
        const { publicAddress } = options
        const added = await withHostKeys(terminal, options.hostKey ?? [], (hostKeys) =>
          withPassphrases(client, terminal, given, () =>
            client.host.add(
              { name, target, hostKeys, ...(publicAddress === undefined ? {} : { publicAddress }) },
              { signal },
            ),
          ),
        )
        if (terminal.json) return terminal.print(JSON.stringify({ ...added.host, adopted: added.adopted }))
        terminal.print(`Host ${added.host.name} is connected.`)
        if (added.adopted.length > 0) terminal.print(`Tenants found there: ${listNames(added.adopted)}.`)
        if (added.host.mode === 'unknown') terminal.print(`Next: memharbor host prepare ${added.host.name}`)
      })
    })
}

function listCommand(): Command {
  return command('list', 'all hosts').action((options: CommonOptions) =>
    runReading(options, async ({ client, terminal }) => {
      // Asked first: the look may find that a host was put back.
      const helpers = await client.host.helpers()
      const hosts = await client.host.list()
      if (!terminal.json) return terminal.print(renderHosts(hosts, helpers))
      const byHost = new Map(helpers.map(({ host, ...helper }) => [host, helper]))
      terminal.print(
        JSON.stringify(hosts.map((host) => ({ ...host, helper: byHost.get(host.name) ?? null }))),
      )
    }),
  )
}

function checkCommand(): Command {
  return command('check', 'what is there and what is missing')
    .argument('<name>')
    .action((name: string, options: CommonOptions) =>
      runReading(options, async ({ client, terminal, given }) => {
        const check = await withPassphrases(client, terminal, given, () => client.host.check({ name })).catch(
          async (error: unknown) => {
            // A host that is away has no check, and what is not in force there matters all the more.
            if (!terminal.json) for (const line of await listUnclosed(client, name)) terminal.note(line)
            throw error
          },
        )
        terminal.print(terminal.json ? JSON.stringify(check) : renderCheck(check.lines))
        const isFlawed = check.lines.some(({ verdict }) => verdict === 'bad' || verdict === 'missing')
        if (isFlawed || !check.ready) process.exitCode = 1
      }),
    )
}

/** Closings that are not in force on a host, as its list has them. */
async function listUnclosed(client: Client, name: string): Promise<string[]> {
  const host = (await client.host.list()).find((each) => each.name === name)
  return host === undefined ? [] : describeClosings(host.pending, false)
}

function editCommand(): Command {
  return withTarget(command('edit', 'change name, address or public address'))
    .argument('<name>')
    .option('--rename <NAME>', 'another name')
    .option('--default', 'new tenants go here when no host is named')
    .option('--no-default', 'not any more')
    .action(
      (name: string, options: TargetOptions & { rename?: string; default?: boolean }, self: Command) => {
        if (options.ssh !== undefined && options.socket !== undefined)
          self.error('error: --ssh and --socket exclude each other')
        return runCommand(options, async ({ client, terminal }) => {
          const target = readTarget(options)
          const { publicAddress, rename, default: isDefault } = options
          const host = await client.host.edit({
            name,
            ...(rename === undefined ? {} : { newName: rename }),
            ...(target === undefined ? {} : { target }),
            ...(isDefault === undefined ? {} : { isDefault }),
            ...(publicAddress === undefined
              ? {}
              : { publicAddress: publicAddress === '' ? null : publicAddress }),
          })
          terminal.print(terminal.json ? JSON.stringify(host) : renderHosts([host]))
        })
      },
    )
}

function trustCommand(): Command {
  return command('trust', 'accept the key that a host shows now, and another server in its place')
    .argument('<name>')
    .option('--host-key <FINGERPRINT>', 'accept this key (SHA256:…); may be given several times', collect)
    .option('--yes', 'accept another server in its place without asking')
    .action((name: string, options: CommonOptions & { hostKey?: string[]; yes?: boolean }) =>
      runCommand(options, async ({ client, terminal, given, signal }) => {
        const shown = await withHostKeys(terminal, options.hostKey ?? [], (hostKeys) =>
          withPassphrases(client, terminal, given, () => client.host.trust({ name, hostKeys }, { signal })),
        )
        const trusted =
          shown.replaced === null
            ? shown
            : await withConfirmation(terminal, options.yes === true, (confirmed) =>
                acceptServer(client, name, shown.replaced, confirmed),
              )
        const { host, fingerprints } = trusted
        if (terminal.json) return terminal.print(JSON.stringify({ ...host, fingerprints }))
        terminal.print(`${host.name} is trusted: ${fingerprints.join(', ')}.`)
        for (const line of describeNext(host)) terminal.print(line)
      }),
    )
}

type Trusted = Awaited<ReturnType<Client['host']['trust']>>

/** @throws ProblemError CONFIRMATION_NEEDED, with what accepting that server means */
async function acceptServer(
  client: Client,
  name: string,
  replaced: Trusted['replaced'],
  confirmed: boolean,
): Promise<Trusted> {
  const loses = replaced === null ? '' : `${replaced.sentence} ${replaced.advice}`.trimEnd()
  if (!confirmed) fail({ code: 'CONFIRMATION_NEEDED', details: { loses } })
  return client.host.trust({ name, ...(replaced === null ? {} : { registryId: replaced.registryId }) })
}

function removeCommand(): Command {
  return command('remove', 'forget a host')
    .argument('<name>')
    .option('--forget', 'even with tenants: they go on there, and adding the host again brings them back')
    .option('--yes', 'even where access that was taken away is not in force yet')
    .action((name: string, options: CommonOptions & { forget?: boolean; yes?: boolean }) =>
      runCommand(options, async ({ client, terminal }) => {
        const removed = await withConfirmation(terminal, options.yes === true, (confirmed) =>
          client.host.remove({ name, forget: options.forget === true, confirmed }),
        )
        if (terminal.json) return terminal.print(JSON.stringify(removed))
        terminal.print(`${name} is forgotten.`)
        for (const line of renderForgotten(name, removed)) terminal.print(line)
      }),
    )
}

function withTarget(base: Command): Command {
  return base
    .option('--ssh <TARGET>', 'USER@ADDRESS[:PORT], or a name of ~/.ssh/config', parseSsh)
    .option('--identity <FILE>', 'the private key to log in with')
    .option('--socket <PATH>', 'a Docker socket of this computer, such as /var/run/docker.sock')
    .option('--public-address <ADDRESS>', 'what tenants connect to, if it is not the address above')
}

/** Paths are made absolute here: another program, with another working directory, may carry out the command. */
function readTarget({ ssh, identity, socket }: TargetOptions): HostTarget | undefined {
  if ((ssh === undefined) === (socket === undefined)) return undefined
  if (socket !== undefined) return { kind: 'socket', path: resolve(socket) }
  return ssh === undefined
    ? undefined
    : { ...ssh, ...(identity === undefined ? {} : { identityFile: resolve(identity) }) }
}
