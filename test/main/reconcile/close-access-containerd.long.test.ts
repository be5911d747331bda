import { until } from '../../hosts/condition.ts'
import { besideContainerd, containerdOf } from '../../hosts/containerd.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { startPreparedHost } from '../prepared-host.ts'
import { describeClosings } from './closing-suite.ts'

const image = 'memharbor/memcached:current'
const pidFile = '/run/docker.pid'

/** Ends dockerd as a crash would, and waits until it is gone. */
const killDocker = async (host: HostNamespace): Promise<void> => {
  await host.exec(['pkill', '-KILL', '-F', pidFile])
  await until('dockerd is gone', async () => (await host.exec(['pgrep', '-F', pidFile])).status !== 0)
}

/** After containerd was away, dockerd answers before it can do anything with containers. */
const awaitContainers = (host: HostNamespace): Promise<void> =>
  until(
    'a container can be made, started and removed',
    async () => (await host.exec(['docker', 'run', '--rm', '--network', 'none', image, '-V'])).status === 0,
    60_000,
  )

describeClosings(
  'access is taken away, whatever containerd or dockerd does alone at any step',
  async () => {
    const dockerArguments = [...besideContainerd, '--live-restore']
    const host = await startPreparedHost({ name: 'web1', sudo: 'nopasswd', docker: false, dockerArguments })
    const containerd = containerdOf(host)
    await containerd.start()
    await host.startDocker()
    const startAll = async (): Promise<void> => {
      await containerd.start()
      await awaitContainers(host)
    }
    const goesOn = true
    return {
      host,
      moods: {
        'containerd killed': { goesOn, spoil: containerd.kill, heal: startAll },
        'containerd frozen': {
          goesOn,
          spoil: containerd.pause,
          heal: async () => {
            await containerd.resume()
            await awaitContainers(host)
          },
        },
        'containerd restarted': {
          goesOn,
          spoil: async () => {
            await containerd.kill()
            await containerd.start()
          },
          heal: () => awaitContainers(host),
        },
        'dockerd killed': { goesOn, spoil: () => killDocker(host), heal: host.startDocker },
        'dockerd stopped': { goesOn, spoil: host.stopDocker, heal: host.startDocker },
      },
      async stop() {
        await containerd.resume()
        await host.stop()
      },
    }
  },
  ['containerd killed', 'containerd frozen', 'containerd restarted', 'dockerd killed', 'dockerd stopped'],
  ['containerd killed', 'containerd frozen', 'dockerd killed'],
)
