import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Tenant } from '../../../src/contract/tenant.ts'
import { type Client, startClient } from '../../hosts/client.ts'
import { until } from '../../hosts/condition.ts'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import { type HostNamespace, startHost } from '../../hosts/host.ts'
import { memcacheTalk } from '../../hosts/memcache-talk.ts'
import { openPanel, type Panel, prepareSandbox, readWork } from '../panel.ts'
import { runDocker } from './earlier-container.ts'
import { addWords, unpackEarlier } from './earlier-program.ts'

const megabyte = 2 ** 20
const patient = 60_000

describeOnHosts('a store and a host that the program of b696e63 made', () => {
  let host: HostNamespace
  let client: Client
  let panel: Panel
  let earlier: readonly Tenant[]

  beforeAll(async () => {
    host = await startHost({ name: 'web1', sudo: 'nopasswd' })
    client = await startClient(host, { index: 0 })
  })
  afterAll(async () => {
    await panel?.stop()
    await client?.stop()
    await host?.stop()
  })

  const find = (name: string): Tenant => {
    const found = earlier.find((tenant) => tenant.name === name)
    if (found === undefined) throw new Error(`b696e63 has no ${name}`)
    return found
  }
  const talk = (name: string, words?: string) =>
    memcacheTalk(client, host.address4, find(name).port ?? 0, words)
  const inspect = (name: string, format: string) =>
    runDocker(host, 'inspect', '-f', format, `memharbor-${find(name).id}`)
  const readLimitMb = async (name: string) => {
    const said = await talk(name, 'stats\r\n')
    return said.kind === 'answer' ? Number(/limit_maxbytes (\d+)/.exec(said.text)?.[1]) / megabyte : undefined
  }
  const hit = { kind: 'answer', text: 'VALUE kept 0 4\r\ndata\r\nEND\r\n' }

  it('are made', async () => {
    const program = await unpackEarlier()
    const folder = await mkdtemp(join(tmpdir(), 'memharbor-test-'))
    const run = (...args: readonly string[]) => program.run(folder, ...args)
    await run(...addWords(host, 'web1'))
    await run('host', 'prepare', 'web1', '--yes')
    for (const name of ['acme', 'shrunk', 'asleep', 'gone']) {
      await run('tenant', 'create', name, '--memory', '64')
      await run('tenant', 'allow', name, client.address4, '--label', 'office')
    }
    await run('tenant', 'allow', 'acme', '192.0.2.7')
    await run('tenant', 'revoke', 'acme', '192.0.2.7')
    await run('tenant', 'resize', 'shrunk', '--memory', '32', '--yes')
    await run('tenant', 'suspend', 'asleep', '--yes')
    await run('tenant', 'delete', 'gone', '--yes')
    earlier = JSON.parse(await run('tenant', 'list', '--json'))
    for (const name of ['acme', 'shrunk']) {
      expect(await talk(name, 'set kept 0 0 4\r\ndata\r\n')).toMatchObject({ text: 'STORED\r\n' })
    }
    expect(await talk('asleep')).toEqual({ kind: 'timeout' })
    panel = await openPanel(folder)
  })

  it('are taken over as they are, with what was done', async () => {
    const listed = await panel.client.tenant.list({})
    const facts = ({ id, name, port, memoryMb, allow, state }: Tenant) => ({
      ...{ id, name, port, memoryMb, state },
      allow: allow.map(({ cidr, label }) => [cidr, label]),
    })
    expect(listed.map(facts)).toEqual(earlier.map(facts))
    expect(listed.map(({ name, state }) => [name, state])).toEqual([
      ['acme', 'running'],
      ['asleep', 'suspended'],
      ['shrunk', 'running'],
    ])
    const log = await panel.client.activity.list({ tenant: 'acme' })
    expect(log.map(({ kind, outcome }) => [kind, outcome])).toEqual([
      ['tenant revoke', 'done'],
      ['tenant allow', 'done'],
      ['tenant allow', 'done'],
      ['tenant create', 'done'],
    ])
    expect(log[0]).toMatchObject({ before: { allow: [{ cidr: '192.0.2.7/32' }] }, after: { allow: [] } })
    expect((await panel.client.activity.list({ tenant: 'gone' }))[0]).toMatchObject({ kind: 'tenant delete' })
  })

  it('are brought up to date without a loss', async () => {
    const { lines } = await panel.client.host.check({ name: 'web1' })
    expect(lines.filter(({ verdict }) => verdict !== 'good').map(({ subject }) => subject)).toContain(
      'Helper',
    )
    const lives = await Promise.all(['acme', 'shrunk'].map((name) => inspect(name, '{{.State.StartedAt}}')))
    await prepareSandbox(panel, host)
    // The filter is that of the helper that is there now, and not told as open because its rules are those of then.
    expect(await panel.client.host.helpers()).toMatchObject([{ standing: 'current', filterFault: null }])
    expect(
      await Promise.all(['acme', 'shrunk'].map((name) => inspect(name, '{{.State.StartedAt}}'))),
    ).toEqual(lives)
    for (const name of ['acme', 'shrunk']) expect(await talk(name, 'get kept\r\n')).toEqual(hit)
    expect(await talk('asleep')).toEqual({ kind: 'timeout' })
    // What their containers lack is told, and their policy is what brings them back after a crash of Docker.
    const shown = await panel.client.tenant.show({ name: 'acme' })
    expect(shown).toMatchObject({ state: 'running', upgrade: { available: true } })
    for (const name of ['acme', 'shrunk', 'asleep'])
      expect([name, await inspect(name, '{{.HostConfig.RestartPolicy.Name}}')]).toEqual([name, 'always'])
  })

  it('come back from a crash of Docker, with their sizes of now and closed as they were', async () => {
    await host.killDocker()
    await host.startDocker()
    for (const name of ['acme', 'shrunk'])
      await until(`${name} answers`, async () => (await talk(name)).kind === 'answer', patient)
    expect(await talk('asleep')).toEqual({ kind: 'timeout' })
    // This container began with 64 MB, and the helper's round sets what it has now.
    const { status, stderr } = await host.exec(['/usr/local/sbin/memharbor-host'], { input: '' })
    expect({ status, stderr }).toMatchObject({ status: 0 })
    await until('its size is that of now', async () => (await readLimitMb('shrunk')) === 32, patient)
  })

  it('have what today gives to a tenant once it is made anew', async () => {
    await readWork(panel.client.tenant.upgrade({ name: 'shrunk', confirmed: true }))
    expect(await readLimitMb('shrunk')).toBe(32)
    expect(await inspect('shrunk', '{{json .Config.Env}}')).toContain('MALLOC_MMAP_THRESHOLD_=524288')
    expect((await panel.client.tenant.show({ name: 'shrunk' })).upgrade).toMatchObject({ available: false })
    await panel.client.tenant.resume({ name: 'asleep' })
    expect((await talk('asleep')).kind).toBe('answer')
  })
})
