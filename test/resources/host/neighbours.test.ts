import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HostNamespace } from '../../hosts/host.ts'
import { skipReason } from '../../hosts/platform.ts'
import { importRawImage, rawImage } from '../../hosts/raw-image.ts'
import { ask, restore, startHelperHost } from './helper-host.ts'
import { allow, configure, placed, put, reserve } from './requests.ts'

const reason = skipReason()
const name = `containers among each other${reason === null ? '' : ` (${reason})`}`

const talk = `import socket, sys
try:
    client = socket.create_connection((sys.argv[1], int(sys.argv[2])), 0.7)
    client.sendall(b'version\\r\\n')
    client.settimeout(0.7)
    print(client.recv(100).decode().split()[0])
except OSError as error:
    print(type(error).__name__)`

describe.skipIf(reason !== null)(name, () => {
  let host: HostNamespace
  const addresses: string[] = []
  const docker = async (command: string): Promise<string> => {
    const { status, stdout, stderr } = await host.exec(['docker', ...command.split(' ')])
    expect({ command, status, stderr }).toMatchObject({ status: 0 })
    return stdout.trim()
  }
  const makeNetwork = (index: number, subnet: string) =>
    docker(
      `network create --subnet ${subnet} -o com.docker.network.bridge.name=mh${index} ` +
        `-o com.docker.network.bridge.enable_icc=false memharbor-${index}`,
    )
  /** Asks for a version from inside the network of container `from`. */
  const ask11211 = async (from: number, address: string, port: number): Promise<string> => {
    const pid = await docker(`inspect -f {{.State.Pid}} tenant${from}`)
    const argv = ['nsenter', '-t', pid, '-n', '/usr/bin/python3', '-IS', '-c', talk, address, String(port)]
    return (await host.exec(argv)).stdout.trim()
  }

  beforeAll(async () => {
    host = await startHelperHost({ docker: true })
    await importRawImage(host)
    const tenant = placed('tenant00', { allow: allow('198.51.100.0/24') })
    await ask(host, configure(), reserve('tenant00'), put(2, tenant))
    await makeNetwork(1, '10.213.0.0/22')
    await makeNetwork(2, '10.213.4.0/22')
    for (const [index, network] of [1, 1, 2].entries()) {
      const publish = index === 0 ? '-p 0.0.0.0:20000:11211 -p [::]:20000:11211 ' : ''
      await docker(`run -d --name tenant${index} --network memharbor-${network} ${publish}${rawImage}`)
      addresses.push(
        await docker(`inspect -f {{range.NetworkSettings.Networks}}{{.IPAddress}}{{end}} tenant${index}`),
      )
    }
  })
  afterAll(() => host?.stop())

  const expectUnreachable = async (): Promise<void> => {
    const [first = ''] = addresses
    for (const from of [1, 2]) {
      expect(await ask11211(from, first, 11_211), `directly from ${from}`).not.toBe('VERSION')
      for (const address of [host.address4, host.address6, '10.213.0.1', '10.213.4.1']) {
        expect(await ask11211(from, address, 20_000), `${address} from ${from}`).not.toBe('VERSION')
      }
    }
  }

  it('cannot reach a tenant by any address', expectUnreachable)

  it("cannot either after Docker's own rules were flushed and the helper ran", async () => {
    await host.exec(['nft', 'flush', 'ruleset'])
    expect(await restore(host)).toMatchObject({ status: 0 })
    await expectUnreachable()
  })

  it('the control: both reach it where nothing keeps them apart', async () => {
    const [first = ''] = addresses
    await host.exec(['nft', 'flush', 'ruleset'])
    expect([await ask11211(1, first, 11_211), await ask11211(2, first, 11_211)]).toEqual([
      'VERSION',
      'VERSION',
    ])
    expect(await restore(host)).toMatchObject({ status: 0 })
    await expectUnreachable()
  })
})
