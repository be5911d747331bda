import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Tenant } from '../../src/contract/tenant.ts'
import { type Client, startClient } from '../hosts/client.ts'
import { type HostNamespace, startHost } from '../hosts/host.ts'
import { memcacheTalk } from '../hosts/memcache-talk.ts'
import { skipReason } from '../hosts/platform.ts'
import { addPrepared, type CommandRunner, startCommandRunner } from '../main/cli/command-runner.ts'

const reason = skipReason()
const names = Array.from({ length: 60 }, (_, index) => `customer ${index + 1}`)
/** Instead of 500, so that 60 tenants need three networks. */
const perNetwork = 20

describe.skipIf(reason !== null)(`several tenant networks${reason === null ? '' : ` (${reason})`}`, () => {
  let commands: CommandRunner
  let host: HostNamespace
  let client: Client

  beforeAll(async () => {
    commands = await startCommandRunner()
    host = await startHost({ name: 'web1', sudo: 'nopasswd' })
    client = await startClient(host, { index: 0 })
    await addPrepared(commands, host)
    const lower = `s/^TENANTS_PER_NETWORK = [0-9]*$/TENANTS_PER_NETWORK = ${perNetwork}/`
    await host.exec(['sed', '-i', lower, '/usr/local/sbin/memharbor-host'])
  })

  afterAll(async () => {
    await commands?.stop()
    await client?.stop()
    await host?.stop()
  })

  const read = async (argv: readonly string[]): Promise<string> => {
    const { status, stdout, stderr } = await host.exec(argv)
    if (status !== 0) throw new Error(`${argv.join(' ')} ended with ${status}: ${stderr}`)
    return stdout.trim()
  }

  /** Containers by network, as Docker has them: name and address in it. */
  const observeNetworks = async (): Promise<Record<string, { name: string; address: string }[]>> => {
    const format =
      '{{.Name}}{{range $network, $end := .NetworkSettings.Networks}} {{$network}} {{$end.IPAddress}}{{end}}'
    const ids = (await read(['docker', 'ps', '-q'])).split('\n')
    const lines = (await read(['docker', 'inspect', '-f', format, ...ids])).split('\n')
    const networks: Record<string, { name: string; address: string }[]> = {}
    for (const line of lines) {
      const [name = '', network = '', address = ''] = line.slice(1).split(' ')
      networks[network] = [...(networks[network] ?? []), { name, address }]
    }
    return networks
  }

  /** Whether a process in a container's network reaches memcached of another one; nc is the host's own. */
  const reaches = async (from: string, address: string): Promise<boolean> => {
    const pid = await read(['docker', 'inspect', '-f', '{{.State.Pid}}', from])
    const enter = ['nsenter', '--net', '--target', pid, 'nc', '-z', '-w', '2', address, '11211']
    return (await host.exec(enter)).status === 0
  }

  it('are filled one after the other, closed to each other, and left as they are', async () => {
    const options = ['--memory', '8', '--tag', 'trial', '--allow', client.address4]
    const made = await commands.run(['tenant', 'create', ...names, ...options])
    expect({ status: made.status, stderr: made.stderr.slice(-2_000) }).toMatchObject({ status: 0 })
    const networks = await observeNetworks()
    const counts = Object.entries(networks).map(([network, there]) => [network, there.length])
    expect(Object.fromEntries(counts)).toEqual({ 'memharbor-1': 20, 'memharbor-2': 20, 'memharbor-3': 20 })

    const tenants = await commands.json<Tenant[]>(['tenant', 'list'])
    const talks = await Promise.all(
      tenants.map(({ port }) => memcacheTalk(client, host.address4, port ?? 0, undefined, 10_000)),
    )
    expect(talks.every(({ kind }) => kind === 'answer')).toBe(true)

    const firsts = ['memharbor-1', 'memharbor-2', 'memharbor-3'].map((network) => networks[network] ?? [])
    for (const [from, neighbour] of firsts) {
      // The controls: a container reaches itself by its own address, and the host reaches all of them.
      expect((await host.exec(['nc', '-z', '-w', '2', from?.address ?? '', '11211'])).status).toBe(0)
      expect(await reaches(from?.name ?? '', from?.address ?? '')).toBe(true)
      expect(await reaches(from?.name ?? '', neighbour?.address ?? '')).toBe(false)
      for (const [other] of firsts) {
        if (other?.name !== from?.name) {
          expect(await reaches(from?.name ?? '', other?.address ?? '')).toBe(false)
        }
      }
    }

    // A reboot brings the same tenants back in the same networks.
    await host.reboot({ kind: 'shutdown', units: ['memharbor-firewall.service'] })
    const last = tenants.at(-1)?.port ?? 0
    expect(await memcacheTalk(client, host.address4, last, undefined, 30_000)).toMatchObject({
      kind: 'answer',
    })

    // Room in an early network is used first.
    await commands.json(['tenant', 'delete', 'customer 7', '--yes'])
    await commands.json(['tenant', 'create', 'late', '--memory', '8'])
    const after = await observeNetworks()
    expect(after['memharbor-1']).toHaveLength(20)

    expect(await commands.run(['tenant', 'delete', '--tag', 'trial', 'late', '--yes'])).toMatchObject({
      status: 0,
    })
    await commands.json(['host', 'prepare', 'web1', '--undo', '--yes'])
    const left = await read([
      'docker',
      'network',
      'ls',
      '--filter',
      'name=memharbor',
      '--format',
      '{{.Name}}',
    ])
    expect(left).toBe('')
  }, 600_000)
})
