import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CheckLine } from '../../../src/contract/host.ts'
import { type HostNamespace, startHost } from '../../hosts/host.ts'
import { skipReason } from '../../hosts/platform.ts'
import {
  addSandbox,
  createTenant,
  openPanel,
  type Panel,
  prepareSandbox,
  problemOf,
  readWork,
} from '../panel.ts'

const reason = skipReason()

describe.skipIf(reason !== null)(`what a host is${reason === null ? '' : ` (${reason})`}`, () => {
  let host: HostNamespace
  let panel: Panel

  beforeAll(async () => {
    host = await startHost({ name: 'web1' })
    panel = await openPanel()
    await addSandbox(panel, host)
  })
  afterAll(async () => {
    await panel?.stop()
    await host?.stop()
  })

  const watch = async (): Promise<{ lines: CheckLine[]; ready: boolean }> => {
    const lines: CheckLine[] = []
    const told = await panel.client.host.watchCheck({ name: 'web1' })
    for (;;) {
      const next = await told.next()
      if (next.done === true) return { lines, ready: next.value?.ready === true }
      lines.push(next.value)
    }
  }

  it('the check line by line is the check', async () => {
    const checked = await panel.client.host.check({ name: 'web1' })
    const watched = await watch()
    expect(watched.lines).toEqual(checked.lines)
    expect(watched.lines.map(({ subject }) => subject).slice(0, 3)).toEqual([
      'Connection',
      'System',
      'Docker',
    ])
    expect(watched.ready).toBe(false)
    expect(await problemOf(readWork(panel.client.host.watchCheck({ name: 'web2' }) as never))).toMatchObject({
      code: 'NOT_FOUND',
    })
  })

  it('before it is prepared, its facts are those that need no helper', async () => {
    const seen = await panel.client.host.facts({ name: 'web1' })
    expect(seen).toMatchObject({
      ports: { from: 20_000, to: 29_999, taken: 0, keptBack: 0 },
      tenants: { running: 0, other: 0 },
      connection: 'By one SSH connection; Docker by a forwarded socket.',
    })
    expect(seen.memory.promisedMb).toBe(0)
    expect(seen.versions.map(({ name }) => name)).not.toContain('Helper')
  })

  it('a host is prepared with the range of the settings, and tenants get the sizes of the settings', async () => {
    await panel.client.settings.change({
      portRange: { from: 21_000, to: 21_099 },
      newTenant: { memoryMb: 30, maxConnections: 100 },
    })
    const { result } = await prepareSandbox(panel, host)
    expect(result.portRange).toEqual({ from: 21_000, to: 21_099 })
    expect((await watch()).ready).toBe(true)
    await panel.client.settings.change({ portRange: { from: 22_000, to: 22_099 } })
    expect((await panel.client.host.planPrepare({ name: 'web1' })).steps).toEqual([])
    const tenant = await createTenant(panel, { name: 'acme' })
    expect(tenant).toMatchObject({ port: 21_000, memoryMb: 30, maxConnections: 100 })
  })

  it('its facts count what is promised and taken, as the helper does', async () => {
    const { port } = await createTenant(panel, { name: 'beta', memoryMb: 60 })
    const two = await panel.client.host.facts({ name: 'web1' })
    // 30 + 5 + 16, and 60 + 10 + 16.
    expect(two.memory).toMatchObject({ promisedMb: 137 })
    expect(two.ports).toEqual({ from: 21_000, to: 21_099, taken: 2, keptBack: 0 })
    expect(two.tenants).toEqual({ running: 2, other: 0 })
    const { totalMb, usedMb, freeMb, promisableMb } = two.memory
    if (totalMb === null || usedMb === null || freeMb === null || promisableMb === null)
      throw new Error('a sandbox tells its memory')
    expect(usedMb + freeMb).toBe(totalMb)
    const tooMuch = Math.ceil(((promisableMb - 15) * 6) / 7)
    const refused = await problemOf(readWork(panel.client.tenant.create({ name: 'huge', memoryMb: tooMuch })))
    expect(refused).toMatchObject({ code: 'MEMORY_OVERCOMMITTED', details: { freeMb: promisableMb } })
    expect(two.versions.map(({ name }) => name)).toEqual([
      ...['System', 'Linux', 'Docker', 'memcached', 'Helper', 'iptables'],
    ])
    await readWork(panel.client.tenant.delete({ name: 'beta', confirmed: true }))
    const one = await panel.client.host.facts({ name: 'web1' })
    expect(one.ports).toMatchObject({ taken: 1, keptBack: 1 })
    expect(one.tenants).toEqual({ running: 1, other: 0 })
    expect(port).toBe(21_001)
  })

  it('says from which address the operator comes', async () => {
    const { address, reason: mind } = await panel.client.host.myAddress({ name: 'web1' })
    const own = Object.values(os.networkInterfaces()).flatMap((all) => all?.map((one) => one.address) ?? [])
    expect(own).toContain(address)
    expect(mind).toBe('')
  })

  it('a pasted list is judged against the allowlist', async () => {
    await panel.client.tenant.allow({ name: 'acme', entries: [{ cidr: '203.0.113.0/24' }] })
    const preview = await panel.client.tenant.previewAllow({ name: 'acme', text: '203.0.113.7\nx' })
    expect(preview.entries).toMatchObject([{ note: '203.0.113.0/24 on the allowlist lets it in already.' }])
    expect(preview.problems).toMatchObject([{ line: 2, given: 'x' }])
    expect((await panel.client.tenant.previewAllow({ text: '203.0.113.7' })).entries).toMatchObject([
      { note: '' },
    ])
    const unknown = await problemOf(panel.client.tenant.previewAllow({ name: 'nobody', text: '' }))
    expect(unknown.code).toBe('NOT_FOUND')
  })
})

describe('what this computer offers as a first host', () => {
  const before = {
    HOME: process.env['HOME'],
    PATH: process.env['PATH'],
    DOCKER_HOST: process.env['DOCKER_HOST'],
  }
  let home: string
  let panel: Panel
  beforeAll(async () => {
    home = await mkdtemp(join(os.tmpdir(), 'memharbor-test-'))
    await mkdir(join(home, '.ssh'))
    await writeFile(
      join(home, '.ssh/config'),
      'Host web\n  HostName 203.0.113.7\n  User ann\n  Port 2222\nHost odd\n  ProxyCommand nc %h %p\nHost *\n  User bob\nHost db\n',
    )
    // OpenSSH goes by the account's home and not by HOME, so it is told which file to read.
    await writeFile(
      join(home, 'ssh'),
      `#!/bin/sh\nPATH='${before.PATH}' exec ssh -F '${home}/.ssh/config' "$@"\n`,
    )
    await chmod(join(home, 'ssh'), 0o755)
    Object.assign(process.env, {
      HOME: home,
      PATH: `${home}:${before.PATH}`,
      DOCKER_HOST: `unix://${home}/none`,
    })
    panel = await openPanel()
  })
  afterAll(async () => {
    await panel?.stop()
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
    await rm(home, { recursive: true, force: true })
  })

  it('names of ~/.ssh/config as ssh resolves them, but for those that need a ProxyCommand', async () => {
    const offers = await panel.client.host.findOffers()
    expect(offers.configured).toEqual([
      { alias: 'web', hostname: '203.0.113.7', user: 'ann', port: 2222 },
      { alias: 'db', hostname: 'db', user: 'bob', port: 22 },
    ])
    // A program that was not built into the project's folder has no script beside it.
    expect(offers.sandbox).toBe(process.platform === 'linux' ? 'terminal' : 'none')
    expect(offers.whyNotSandbox).toMatch(process.platform === 'linux' ? /the project's folder/ : /^$/)
    expect(offers.thisComputer === null).toBe(offers.whyNotThisComputer !== '')
  })
})
