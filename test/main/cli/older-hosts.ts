import type { HostNamespace } from '../../hosts/host.ts'
import { writeHostFile } from '../../hosts/host-files.ts'
import { helperPath, readResource } from '../../resources/host/helper-host.ts'
import { startPreparedHost } from '../prepared-host.ts'
import { addPrepared, type CommandRunner, startCommandRunner } from './command-runner.ts'

/** The hosts web1 and web2 of a command line, both prepared; the helper of web1 is an older one. */
export interface OlderHosts {
  readonly commands: CommandRunner
  readonly host: HostNamespace
  readonly other: HostNamespace
  /** The version of the helper that this program brings. */
  readonly current: string
  /** Each host's name, and whether its helper is the current one. */
  readonly standings: () => Promise<readonly (readonly [string, string])[]>
  /** Puts the older helper there. */
  readonly age: (host: HostNamespace) => Promise<void>
  stop(): Promise<void>
}

export const startOlderHosts = async (): Promise<OlderHosts> => {
  const commands = await startCommandRunner()
  const host = await startPreparedHost({ name: 'web1', sudo: 'nopasswd' })
  const other = await startPreparedHost({ name: 'web2', sudo: 'nopasswd' })
  await addPrepared(commands, host)
  await addPrepared(commands, other)
  const text = await readResource('memharbor-host')
  const older = text.replace(/^VERSION = .*$/m, "VERSION = '1.1.9'")
  const age = ({ namespace }: HostNamespace): Promise<void> =>
    writeHostFile(namespace, helperPath, older, { mode: '755' })
  await age(host)
  return {
    ...{ commands, host, other, age },
    current: /^VERSION = '(.*)'$/m.exec(text)?.[1] ?? '',
    standings: async () => {
      const listed = await commands.json<{ name: string; helper: { standing: string } }[]>(['host', 'list'])
      return listed.map(({ name, helper }) => [name, helper.standing] as const)
    },
    stop: async () => {
      await commands.stop()
      await host.stop()
      await other.stop()
    },
  }
}
