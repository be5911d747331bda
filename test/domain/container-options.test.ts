import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type ContainerWish,
  renderContainerOptions,
  renderNetworkOptions,
} from '../../src/domain/container-options.ts'
import { networkSubnet } from '../../src/domain/host-names.ts'
import { containerLimitMb } from '../../src/domain/sizing.ts'

const wish: ContainerWish = {
  tenantId: 't1',
  port: 20_007,
  network: 2,
  memoryMb: 64,
  maxConnections: 1024,
  image: `sha256:${'b'.repeat(64)}`,
  publish: 'public',
  programFolder: '/usr/bin',
}
const text = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

describe("a tenant's container", () => {
  it.each(['public', 'loopback'] as const)('is as expected: %s', async (publish) => {
    await expect(
      text(
        renderContainerOptions({
          ...wish,
          publish,
          ...(publish === 'public' ? {} : { programFolder: null }),
        }),
      ),
    ).toMatchFileSnapshot(`../golden/docker/container-${publish}.txt`)
  })

  it('can do nothing but serve, whatever is wished', () => {
    const some = fc.record({
      tenantId: fc.string(),
      port: fc.integer({ min: 1024, max: 65_535 }),
      network: fc.integer({ min: 1, max: 64 }),
      memoryMb: fc.integer({ min: 8, max: 1_048_576 }),
      maxConnections: fc.integer({ min: 64, max: 65_536 }),
      image: fc.string(),
      publish: fc.constantFrom('public' as const, 'loopback' as const),
      programFolder: fc.constantFrom('/usr/bin', null),
    })
    fc.assert(
      fc.property(some, (given) => {
        const { HostConfig, Cmd, User, ...rest } = renderContainerOptions(given)
        const limit = containerLimitMb(given.memoryMb) * 2 ** 20
        expect(User).toBe('11211:11211')
        expect(HostConfig).toMatchObject({
          Memory: limit,
          MemorySwap: limit,
          ReadonlyRootfs: true,
          CapDrop: ['ALL'],
          SecurityOpt: ['no-new-privileges', expect.stringMatching(/^seccomp=/)],
          Dns: ['127.0.0.1'],
          Sysctls: { 'net.ipv4.tcp_fastopen': '0' },
          PidsLimit: 64,
        })
        for (const right of [
          'Privileged',
          'CapAdd',
          'Binds',
          'Devices',
          'PidMode',
          'IpcMode',
          'UsernsMode',
        ]) {
          expect(HostConfig).not.toHaveProperty(right)
        }
        const Source = `/var/lib/memharbor-start/${given.tenantId}`
        const isFileless = given.programFolder === null
        expect(HostConfig.Mounts).toEqual(
          isFileless ? undefined : [{ Type: 'bind', Source, Target: '/run/memharbor', ReadOnly: true }],
        )
        expect(Cmd).toEqual([
          ...(isFileless ? ['-m', `${given.memoryMb}`] : []),
          '-c',
          `${given.maxConnections}`,
          '-p',
          '11211',
          '-U',
          '0',
          '-c',
          `${given.maxConnections + 33}`,
        ])
        expect(rest.Env).toEqual(given.memoryMb <= 48_000 ? ['MALLOC_MMAP_THRESHOLD_=524288'] : [])
        expect(HostConfig.Ulimits[0]?.Hard).toBeGreaterThanOrEqual(given.maxConnections + 64)
        expect(rest.Image).toBe(given.image)
        const addresses = HostConfig.PortBindings['11211/tcp']?.map(({ HostIp }) => HostIp)
        expect(addresses).toEqual(given.publish === 'public' ? ['0.0.0.0', '::'] : ['127.0.0.1'])
      }),
    )
  })

  it('says nothing on its labels that can change later', () => {
    const { Labels } = renderContainerOptions(wish)
    expect(Labels).toEqual(renderContainerOptions({ ...wish, port: 1, memoryMb: 8, image: 'x' }).Labels)
  })
})

it('a tenant network keeps its containers apart', async () => {
  const { subnet, gateway } = networkSubnet('10.213.0.0/16', 2)
  await expect(text(renderNetworkOptions(2, subnet, gateway))).toMatchFileSnapshot(
    '../golden/docker/network.txt',
  )
})
