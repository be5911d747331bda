import type { Command } from 'commander'
import { dataSurvival, dataSurvivalSentences } from '../../contract/data-survival.ts'
import { withConfirmation, withPassphrases } from './answer-problems.ts'
import { collect, command, parseNumber } from './common-options.ts'
import { type EachAction, forEachTenant } from './each-tenant.ts'
import { withFreeConnection } from './free-connection.ts'
import { renderLog, renderResize } from './render-lifecycle.ts'
import { renderTenant } from './render-tenant.ts'
import { type CommandTools, type CommonOptions, runCommand, runReading } from './run-command.ts'
import { showProgress } from './show-progress.ts'
import { waitForClosing } from './wait-for-closing.ts'

interface ManyOptions extends CommonOptions {
  readonly tag?: string
  readonly yes?: boolean
}

/** Commands for tenants between their creation and their end. */
export function lifecycleCommands(): Command[] {
  return [
    many('suspend', 'shut everybody out and keep the cache warm', (tools) => ({
      ...{ done: 'suspended', survival: 'suspend' },
      run: (name) => {
        const closing = { tenant: name, kind: 'tenant suspend', noun: 'suspend', cidrs: [] }
        return waitForClosing(tools, closing, tools.client.tenant.suspend({ name }))
      },
    })),
    many('resume', 'let the allowlist in again', ({ client }) => ({
      ...{ done: 'resumed', survival: 'resume' },
      run: (name) => client.tenant.resume({ name }),
    })),
    many('restart', 'end memcached and start it again', ({ client, terminal, signal }) => ({
      ...{ done: 'restarted', survival: 'restart' },
      run: async (name, confirmed) =>
        showProgress(terminal, await client.tenant.restart({ name, confirmed }, { signal })),
    })),
    many('flush', 'empty the cache', (tools) => ({
      ...{ done: 'empty', survival: 'flush' },
      run: (name, confirmed, alone) => {
        const flush = () => tools.client.tenant.flush({ name, confirmed })
        return alone ? withFreeConnection(tools, flush) : flush()
      },
    })),
    many(
      'upgrade',
      "make the container anew from the host's current image",
      ({ client, terminal, signal }) => ({
        ...{ done: 'upgraded', survival: 'upgrade' },
        run: async (name, confirmed) =>
          showProgress(terminal, await client.tenant.upgrade({ name, confirmed }, { signal })),
      }),
    ),
    resizeCommand(),
    disconnectCommand(),
    limitCommand(),
    moveCommand(),
    renameCommand(),
    annotateCommand(),
    logsCommand(),
  ]
}

function many(
  verb: string,
  description: string,
  action: (tools: CommandTools) => Omit<EachAction, 'yes'>,
): Command {
  return command(verb, description)
    .argument('[name...]', 'one or more tenants')
    .option('--tag <TAG>', 'all tenants with this tag')
    .option('--yes', 'without asking')
    .action((names: string[], options: ManyOptions) =>
      runCommand(options, (tools) => {
        const { tag, yes = false } = options
        return forEachTenant(tools, { names, tag }, { ...action(tools), yes })
      }),
    )
}

function resizeCommand(): Command {
  return command('resize', 'change the memory while the cache runs')
    .argument('<name>')
    .requiredOption('--memory <MB>', 'the new size for items', parseNumber)
    .option('--yes', 'shrink without asking where memcached is too old to do it safely')
    .action((name: string, options: ManyOptions & { memory: number }) =>
      runCommand(options, async (tools) => {
        const { client, terminal, given, signal } = tools
        const before = await withPassphrases(client, terminal, given, () => client.tenant.show({ name }))
        await saySurvival(tools, name, options.memory < before.memoryMb ? 'shrink' : 'grow')
        const resized = await withPassphrases(client, terminal, given, () =>
          withConfirmation(terminal, options.yes === true, (confirmed) =>
            withFreeConnection(tools, async () => {
              const input = { name, memoryMb: options.memory, confirmed }
              return showProgress(terminal, await client.tenant.resize(input, { signal }))
            }),
          ),
        )
        terminal.print(terminal.json ? JSON.stringify(resized) : renderResize(resized))
      }),
    )
}

function limitCommand(): Command {
  return command('limit', 'change the number of connections (everything in the cache is lost)')
    .argument('<name>')
    .requiredOption('--max-connections <N>', 'connections at once', parseNumber)
    .option('--yes', 'without asking')
    .action((name: string, options: ManyOptions & { maxConnections: number }) =>
      runCommand(options, async (tools) => {
        const { client, signal } = tools
        const { maxConnections } = options
        await saySurvival(tools, name, 'limit')
        await changeOne(tools, options.yes === true, async (confirmed) =>
          showProgress(
            tools.terminal,
            await client.tenant.limit({ name, maxConnections, confirmed }, { signal }),
          ),
        )
      }),
    )
}

function moveCommand(): Command {
  return command('move', 'change the port (everything in the cache is lost)')
    .argument('<name>')
    .requiredOption('--port <N>', 'a free port of the range', parseNumber)
    .option('--yes', 'without asking')
    .action((name: string, options: ManyOptions & { port: number }) =>
      runCommand(options, async (tools) => {
        const { client, signal } = tools
        const { port } = options
        await saySurvival(tools, name, 'move')
        await changeOne(tools, options.yes === true, async (confirmed) =>
          showProgress(tools.terminal, await client.tenant.move({ name, port, confirmed }, { signal })),
        )
      }),
    )
}

function disconnectCommand(): Command {
  return command('disconnect', "close a connection of a client, by the client's own address and port")
    .argument('<name>')
    .argument('<client>', 'such as 203.0.113.9:51514 or [2001:db8::9]:51514')
    .action((name: string, client: string, options: CommonOptions) =>
      runCommand(options, async (tools) => {
        await saySurvival(tools, name, 'disconnect')
        return changeOne(tools, true, () => tools.client.tenant.disconnect({ name, client }))
      }),
    )
}

function renameCommand(): Command {
  return command('rename', 'give a tenant another name')
    .argument('<name>')
    .argument('<new>')
    .action((name: string, newName: string, options: CommonOptions) =>
      runCommand(options, async (tools) => {
        await saySurvival(tools, name, 'rename')
        return changeOne(tools, true, () => tools.client.tenant.rename({ name, newName }))
      }),
    )
}

interface AnnotateOptions extends CommonOptions {
  readonly notes?: string
  readonly tag?: string[]
  /** false: `--no-tags` */
  readonly tags: boolean
}

function annotateCommand(): Command {
  return command('annotate', 'set notes and tags')
    .argument('<name>')
    .option('--notes <TEXT>', 'replaces the notes; "" removes them')
    .option('--tag <TAG>', 'replaces the tags; may be given several times', collect)
    .option('--no-tags', 'removes all tags')
    .action((name: string, options: AnnotateOptions, annotate: Command) => {
      const { notes, tag } = options
      const tags = options.tags ? tag : []
      if (notes === undefined && tags === undefined) {
        annotate.error('error: give --notes, --tag or --no-tags: what shall change?')
      }
      return runCommand(options, async (tools) => {
        const input = {
          name,
          ...(notes === undefined ? {} : { notes }),
          ...(tags === undefined ? {} : { tags }),
        }
        await saySurvival(tools, name, 'annotate')
        return changeOne(tools, true, () => tools.client.tenant.annotate(input))
      })
    })
}

function logsCommand(): Command {
  return command('logs', 'what memcached printed, and how it ended the last time')
    .argument('<name>')
    .option('--lines <N>', 'how many lines (100)', parseNumber)
    .action((name: string, options: CommonOptions & { lines?: number }) =>
      runReading(options, async ({ client, terminal, given }) => {
        const { lines } = options
        const input = lines === undefined ? { name } : { name, lines }
        const log = await withPassphrases(client, terminal, given, () => client.tenant.logs(input))
        terminal.print(terminal.json ? JSON.stringify(log) : renderLog(log))
      }),
    )
}

/** Notes before an action how much of the data survives it; a tenant that is not there gets no note. */
async function saySurvival(
  { terminal, client }: CommandTools,
  name: string,
  action: keyof typeof dataSurvival,
): Promise<void> {
  if (terminal.json) return
  const there = await client.tenant.findNames({ names: [name] })
  if (there.length > 0) terminal.note(dataSurvivalSentences[dataSurvival[action]])
}

async function changeOne(
  { client, terminal, given }: CommandTools,
  yes: boolean,
  call: (confirmed: boolean) => Promise<Parameters<typeof renderTenant>[0]>,
): Promise<void> {
  const tenant = await withPassphrases(client, terminal, given, () => withConfirmation(terminal, yes, call))
  terminal.print(terminal.json ? JSON.stringify(tenant) : renderTenant(tenant))
}
