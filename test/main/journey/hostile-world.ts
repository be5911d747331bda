import type { PanelEvent } from '../../../src/contract/panel.ts'
import { type OpenedClient, openClient } from '../../../src/main/cli/open-client.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { type HostileServer, startHostileServer } from '../../hosts/hostile-server.ts'
import { type CommandRunner, startCommandRunner } from '../cli/command-runner.ts'
import { addSandbox, createTenant, prepareSandbox } from '../panel.ts'
import { startPreparedHost } from '../prepared-host.ts'

/** Events of the watch of a page that is open all the time, so that the hosts are looked at. */
export interface Watched {
  readonly events: readonly PanelEvent[]
  readonly hasEnded: boolean
}

/** A panel as a program of its own, whose memory counts, with two servers, one of which can be made to lie. */
export interface HostileWorld {
  /** Has the tenant `acme`. */
  readonly good: HostNamespace
  /** Has the tenant `evil`; the panel reaches it by way of `hostile`. */
  readonly bad: HostNamespace
  readonly hostile: HostileServer
  readonly commands: CommandRunner
  readonly panel: OpenedClient
  /** Of the panel's process. */
  readonly pid: number
  /** Opens a page of the panel, once. */
  readonly link: string
  readonly watched: Watched
  stop(): Promise<void>
}

/** Of acme's only client. */
export const acmeClient = '203.0.113.7'

export const startHostileWorld = async (): Promise<HostileWorld> => {
  const [good, bad] = await Promise.all([
    startPreparedHost({ name: 'good' }),
    startPreparedHost({ name: 'bad' }),
  ])
  const commands = await startCommandRunner()
  const { pid, link } = await commands.startPanel()
  const panel = await openClient(commands.dataDir)
  const watched = follow(panel)
  await addSandbox(panel, good)
  await prepareSandbox(panel, good)
  await createTenant(panel, { name: 'acme', host: 'good', memoryMb: 64, allow: [{ cidr: acmeClient }] })
  const hostile = await startHostileServer(bad)
  await panel.client.host.add({
    name: 'bad',
    target: {
      ...{ kind: 'ssh', address: '127.0.0.1', port: hostile.port, user: bad.user },
      identityFile: bad.identityFile,
    },
    hostKeys: [hostile.fingerprint],
  })
  await prepareSandbox(panel, bad)
  await createTenant(panel, { name: 'evil', host: 'bad', memoryMb: 64 })
  const stop = async (): Promise<void> => {
    await panel.close()
    await commands.stop()
    await hostile.close()
    await Promise.all([good.stop(), bad.stop()])
  }
  return { good, bad, hostile, commands, panel, pid, link, watched, stop }
}

const follow = ({ client }: OpenedClient): Watched => {
  const watched = { events: [] as PanelEvent[], hasEnded: false }
  const read = async (): Promise<void> => {
    for await (const event of await client.panel.watch()) watched.events.push(event)
  }
  // An exception ends it as well; after the last test the panel's own end does.
  const end = (): void => {
    watched.hasEnded = true
  }
  read().then(end, end)
  return watched
}
