import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Tenant } from '../../../src/contract/tenant.ts'
import { until } from '../../hosts/condition.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { skipReason } from '../../hosts/platform.ts'
import { addHost, type CommandRunner, startCommandRunner } from '../cli/command-runner.ts'
import { openPanel, type Panel } from '../panel.ts'
import { startPreparedHost } from '../prepared-host.ts'
import { readHostState } from '../world-state.ts'

const reason = skipReason()
const names = Array.from({ length: 60 }, (_, index) => `customer ${index + 1}`)
vi.setConfig({ testTimeout: 300_000 })

describe.skipIf(reason !== null)(`many tenants${reason === null ? '' : ` (${reason})`}`, () => {
  let commands: CommandRunner
  let host: HostNamespace
  let other: HostNamespace

  beforeAll(async () => {
    commands = await startCommandRunner()
    host = await startPreparedHost({ name: 'web1', sudo: 'nopasswd' })
    other = await startPreparedHost({ name: 'web2', sudo: 'nopasswd' })
    await addHost(commands, host)
    await addHost(commands, other)
  })

  afterAll(async () => {
    await commands?.stop()
    await other?.stop()
    await host?.stop()
  })

  const states = (tenants: readonly Tenant[]): Record<string, number> => {
    const counts: Record<string, number> = {}
    for (const { state } of tenants) counts[state] = (counts[state] ?? 0) + 1
    return counts
  }

  it('needs a host to be named when there are two, unless one is the default', async () => {
    const unnamed = await commands.run(['tenant', 'create', 'acme'])
    expect(unnamed).toMatchObject({ status: 1, stderr: expect.stringContaining('HOST_NOT_NAMED: ') })
    expect(unnamed.stderr).toContain('web1, web2')
    expect(await commands.json(['host', 'edit', 'web2', '--default'])).toMatchObject({ isDefault: true })
    expect(await commands.json(['tenant', 'create', 'acme'])).toMatchObject({ host: 'web2' })
    expect(await commands.json(['host', 'edit', 'web1', '--default'])).toMatchObject({ isDefault: true })
    expect(await commands.json(['host', 'list'])).toMatchObject([
      { name: 'web1', isDefault: true },
      { name: 'web2', isDefault: false },
    ])
  })

  /** The list once every host has answered in time, which a busy one does not. */
  const listSeen = async (...words: string[]): Promise<Tenant[]> => {
    let tenants: Tenant[] = []
    await until('every host has answered', async () => {
      tenants = JSON.parse((await commands.run(['tenant', 'list', ...words, '--json'])).stdout)
      return tenants.every(({ state }) => state !== 'unknown')
    })
    return tenants
  }

  it('60 in bulk on one host: made, listed, suspended, deleted, and nothing is left', async () => {
    const before = await readTraces(host)
    const options = ['--memory', '8', '--tag', 'trial', '--allow', '203.0.113.0/24=all']
    const made = await commands.run(['tenant', 'create', ...names, ...options])
    expect(made.status, made.stderr).toBe(0)
    expect(made.stdout.split('\n').at(-1)).toBe('60 created, 0 failed.')

    const listed = await listSeen('--host', 'web1')
    expect(listed.map(({ name }) => name)).toEqual(names)
    expect(states(listed)).toEqual({ running: 60 })
    expect(new Set(listed.map(({ port }) => port)).size).toBe(60)
    expect((await host.exec(['docker', 'ps', '-q'])).stdout.trim().split('\n')).toHaveLength(60)

    const suspended = await commands.run(['tenant', 'suspend', '--tag', 'trial'])
    expect(suspended).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/60 suspended, 0 failed\.$/),
    })
    expect(states(await listSeen())).toEqual({ running: 1, suspended: 60 })
    expect((await readHostState(host))['sets']).not.toMatch(/^add mh[46p] /m)

    const deleted = await commands.run(['tenant', 'delete', '--tag', 'trial', '--yes'])
    expect(deleted).toMatchObject({ status: 0, stdout: expect.stringMatching(/60 deleted, 0 failed\.$/) })
    expect(await listSeen()).toMatchObject([{ name: 'acme', host: 'web2' }])
    expect(await readTraces(host)).toEqual(before)
    const records = await host.exec(['/usr/local/sbin/memharbor-host'], {
      input: '{"v":1,"op":"records"}\n',
    })
    expect(JSON.parse(records.stdout)).toMatchObject({ tenants: {} })
  })

  it('a dead host holds up neither the others nor the list', async () => {
    await commands.json(['tenant', 'create', 'here', '--memory', '8'])
    const panel: Panel = await openPanel(commands.dataDir)
    try {
      expect(states(await panel.client.tenant.list({}))).toEqual({ running: 2 })
      await other.dropLink()
      let all: Tenant[] | undefined
      const listing = panel.client.tenant.list({}).then((tenants) => {
        all = tenants
      })
      expect(await panel.client.tenant.list({ host: 'web1' })).toMatchObject([{ state: 'running' }])
      expect(all).toBeUndefined()
      expect(await panel.client.tenant.show({ name: 'here' })).toMatchObject({ state: 'running' })
      await listing
      expect(all).toMatchObject([
        { name: 'acme', host: 'web2', state: 'unknown', why: expect.stringContaining('web2') },
        { name: 'here', host: 'web1', state: 'running', why: '' },
      ])
    } finally {
      await panel.close()
    }
    // A command has no connection yet, and cannot get one.
    const seen = await commands.json<Tenant[]>(['tenant', 'list'])
    expect(states(seen)).toEqual({ unknown: 1, running: 1 })
    await other.restoreLink()
    expect(states(await listSeen())).toEqual({ running: 2 })
  })
})

/** The traces of tenants on a host, but for the memory of the helper: it counts its changes and keeps ports back. */
const readTraces = async (host: HostNamespace) => {
  const { files: _, records: __, ...traces } = await readHostState(host)
  return traces
}
