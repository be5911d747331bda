import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Client, startClient } from '../../hosts/client.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { memcacheTalk } from '../../hosts/memcache-talk.ts'
import { skipReason } from '../../hosts/platform.ts'
import { importRawImage, rawImage } from '../../hosts/raw-image.ts'
import { ask, askOne, startHelperHost } from './helper-host.ts'
import hold from './hold.py?raw'
import { allow, close, configure, placed, put, remove, reserve } from './requests.ts'

const reason = skipReason()
const name = `the filter, a container and packets${reason === null ? '' : ` (${reason})`}`
const port = 20_000

describe.skipIf(reason !== null)(name, () => {
  let host: HostNamespace
  let one: Client
  let two: Client
  let revision = 2

  const set = async (...cidrs: string[]) => {
    const reply = await askOne(host, put(revision, placed('acme0001', { allow: allow(...cidrs) })))
    expect(reply).toMatchObject({ ok: true })
    revision = reply['revision'] as number
    return reply['cut']
  }
  const talk = async (client: Client, address: string): Promise<string> =>
    (await memcacheTalk(client, address, port, 'version\r\n', 700)).kind
  const connect = async (client: Client, source: string, address: string) => {
    const running = await client.spawn(['/usr/bin/python3', '-IS', '-c', hold, source, address, String(port)])
    await running.waitFor('open')
    return running
  }

  beforeAll(async () => {
    host = await startHelperHost({ docker: true })
    await importRawImage(host)
    one = await startClient(host, { index: 0, addresses: ['198.51.100.200/32'] })
    two = await startClient(host, { index: 1 })
    const replies = await ask(host, configure(), reserve())
    expect(replies.at(-1)).toMatchObject({ port, network: 1, subnet: '10.213.0.0/22' })
    const commands = [
      `docker network create --subnet 10.213.0.0/22 -o com.docker.network.bridge.name=mh1 memharbor-1`,
      `docker run -d --name memharbor-acme0001 --label io.memharbor.tenant=acme0001 --network memharbor-1 ` +
        `-p 0.0.0.0:${port}:11211 -p [::]:${port}:11211 ${rawImage}`,
    ]
    for (const command of commands) {
      expect(await host.exec(command.split(' ')), command).toMatchObject({ status: 0 })
    }
  })
  afterAll(async () => {
    await one?.stop()
    await two?.stop()
    await host?.stop()
  })

  it('lets in whom the list names and nobody else, over IPv4 and IPv6', async () => {
    expect([await talk(one, host.address4), await talk(one, host.address6)]).toEqual(['timeout', 'timeout'])
    await set(`${one.address4}/32`, `${one.address6}/128`)
    expect([await talk(one, host.address4), await talk(one, host.address6)]).toEqual(['answer', 'answer'])
    expect([await talk(two, host.address4), await talk(two, host.address6)]).toEqual(['timeout', 'timeout'])
    const denied = await askOne(host, { v: 1, op: 'denied', tenantId: 'acme0001' })
    const sources = denied['sources'] as { address: string; packets: number }[]
    expect(sources.map(({ address }) => address).sort()).toEqual([two.address4, two.address6].sort())
    expect(sources.every(({ packets }) => packets > 0)).toBe(true)
    await set('0.0.0.0/0', '::/0')
    expect([await talk(two, host.address4), await talk(two, host.address6)]).toEqual(['answer', 'answer'])
  })

  it('cuts who is connected and not covered any more, and nobody else', async () => {
    await set(
      `${one.address4}/32`,
      `${one.address6}/128`,
      `${two.address4}/32`,
      '198.51.100.0/24',
      '2001:db8::/32',
    )
    const held = {
      one4: await connect(one, one.address4, host.address4),
      one6: await connect(one, one.address6, host.address6),
      two4: await connect(two, two.address4, host.address4),
      two6: await connect(two, two.address6, host.address6),
    }
    expect(await set(`${one.address4}/32`, `${one.address6}/128`, '2001:db8::/32')).toEqual([
      { address: two.address4, sockets: 1 },
    ])
    const after = async (running: typeof held.one4): Promise<string> => {
      await running.write('1\n')
      await expect.poll(() => running.output()).toMatch(/\n.+\n/)
      return (await running.output()).split('\n')[1] ?? ''
    }
    const heard = [
      await after(held.one4),
      await after(held.one6),
      await after(held.two4),
      await after(held.two6),
    ]
    const version = expect.stringMatching(/^VERSION /)
    expect(heard).toEqual([
      version,
      version,
      expect.stringMatching(/Reset|BrokenPipe|closed|silent/),
      version,
    ])
    expect(await set(`${one.address4}/32`)).toEqual(
      [one.address6, two.address6].sort().map((address) => ({ address, sockets: 1 })),
    )
    for (const running of Object.values(held)) await running.kill()
  })

  it('cuts everybody when the tenant is closed, but never a probe from the host itself', async () => {
    await set('0.0.0.0/0', '::/0')
    const held = [await connect(one, '', host.address4), await connect(two, '', host.address6)]
    const probe = await host.spawn(['/usr/bin/python3', '-IS', '-c', hold, '', '127.0.0.1', String(port)])
    await probe.waitFor('open')
    const closed = placed('acme0001', { open: false, allow: allow('0.0.0.0/0', '::/0') })
    const reply = await askOne(host, put(revision, closed))
    revision = reply['revision'] as number
    expect((reply['cut'] as { address: string }[]).map(({ address }) => address).sort()).toEqual(
      [one.address4, two.address6].sort(),
    )
    await probe.write('1\n')
    await probe.waitFor('VERSION')
    for (const running of [...held, probe]) await running.kill()
  })

  it('closes for one address: who has it is cut and gets no answer, over IPv4 and IPv6; the others go on', async () => {
    await set(`${one.address4}/32`, `${one.address6}/128`, `${two.address4}/32`, `${two.address6}/128`)
    const held = [await connect(one, '', host.address4), await connect(one, '', host.address6)]
    const other = await connect(two, '', host.address4)
    const reply = await askOne(host, close('acme0001', [`${one.address4}/32`, `${one.address6}/128`]))
    revision = reply['revision'] as number
    const cut = [one.address4, one.address6].sort().map((address) => ({ address, sockets: 1 }))
    expect(reply['cut']).toEqual(cut)
    expect([await talk(one, host.address4), await talk(one, host.address6)]).toEqual(['timeout', 'timeout'])
    expect([await talk(two, host.address4), await talk(two, host.address6)]).toEqual(['answer', 'answer'])
    await other.write('1\n')
    await other.waitFor('VERSION')
    for (const running of [...held, other]) await running.kill()
  })

  it('does not interrupt a connection while it looks after a healthy filter', async () => {
    await set(`${one.address4}/32`)
    const running = await connect(one, '', host.address4)
    for (let round = 0; round < 10; round += 1) {
      expect(await askOne(host, { v: 1, op: 'restore' })).toMatchObject({ changed: [] })
      await running.write('1\n')
      await expect.poll(async () => (await running.output()).split('VERSION').length).toBe(round + 2)
    }
    await running.kill()
  })

  it('keeps the record while the container is there', async () => {
    expect(await askOne(host, remove('acme0001'))).toMatchObject({
      code: 'container',
      details: { containers: ['memharbor-acme0001'] },
    })
    expect(await askOne(host, { v: 1, op: 'teardown' })).toMatchObject({ code: 'container' })
    // Under another name it is there all the same; what only has its label is not.
    const label = ['--label', 'io.memharbor.tenant=acme0001']
    await host.exec(['docker', 'create', '--name', 'a-copy', ...label, rawImage])
    await host.exec(['docker', 'rename', 'memharbor-acme0001', 'cache1'])
    for (const request of [remove('acme0001'), { v: 1, op: 'teardown' }])
      expect(await askOne(host, request)).toMatchObject({
        code: 'container',
        details: { containers: ['cache1'] },
      })
    await host.exec(['docker', 'rename', 'cache1', 'memharbor-acme0001'])
    await host.pauseDocker()
    // The API does not answer, so nobody knows whether the container is there.
    expect(await askOne(host, remove('acme0001'))).toMatchObject({ code: 'docker' })
    await host.resumeDocker()
    await host.exec(['docker', 'rm', '-f', 'memharbor-acme0001'])
    expect(await askOne(host, remove('acme0001'))).toMatchObject({ ok: true })
    expect(await askOne(host, { v: 1, op: 'teardown' })).toEqual({ ok: true })
  })
})
