import { readFile } from 'node:fs/promises'
import Docker from 'dockerode'
import { execa } from 'execa'
import { openDocker } from '../src/main/adapters/docker/docker.ts'
import { startHost } from '../test/hosts/host.ts'
import { divide, interleave, median, renderRatios, renderSpread, timeMs } from './figures.ts'
import type { Report } from './report.ts'
import { makeSshFolder, openLink } from './ssh-access.ts'

const rounds = 25

/** `GET /containers/json` of a host without containers, by three ways over SSH and over the local socket. */
export async function measureLink(report: Report): Promise<void> {
  const host = await startHost({ name: 'bench' })
  const link = openLink(host)
  const folder = await makeSshFolder(host)
  const closers = [() => link.close(), () => folder.remove(), () => host.stop()]
  try {
    const docker = openDocker(link, host.name)
    const peer = new Docker({
      protocol: 'ssh',
      host: host.address4,
      username: host.user,
      sshOptions: { privateKey: await readFile(host.identityFile, 'utf8') },
    })
    const socket = new Docker({ socketPath: host.dockerSocket })
    const environment = {
      PATH: `${folder.path}:${process.env['PATH'] ?? ''}`,
      DOCKER_HOST: `ssh://${host.user}@${host.address4}`,
    }
    const times: [ours: number[], dockerode: number[], cli: number[], local: number[]] = [[], [], [], []]
    const list = () => docker.call('list the containers', (api) => api.listContainers())
    await list()
    await interleave(rounds, [
      async () => void times[0].push(await timeMs(list)),
      async () => void times[1].push(await timeMs(() => peer.listContainers())),
      async () =>
        void times[2].push(
          await timeMs(() => execa('docker', ['ps', '-q'], { env: environment, extendEnv: false })),
        ),
      async () => void times[3].push(await timeMs(() => socket.listContainers())),
    ])
    report.figure('this connection, ms', renderSpread(times[0]))
    report.figure('dockerode by its own SSH, ms', renderSpread(times[1]))
    report.figure('docker with DOCKER_HOST=ssh://, ms', renderSpread(times[2]))
    report.figure('the local socket, ms', renderSpread(times[3]))
    const [ratio, ratios] = [median(times[1]) / median(times[0]), divide(times[1], times[0])]
    report.goal(
      `dockerode 50 times as long: ${ratio.toFixed(0)} (pairs ${renderRatios(ratios)})`,
      ratio >= 50,
    )
    report.figure('docker to this', renderRatios(divide(times[2], times[0])))
  } finally {
    for (const close of closers) await close()
  }
}
