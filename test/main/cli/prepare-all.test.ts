import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import { type OlderHosts, startOlderHosts } from './older-hosts.ts'

// Each command is a program of its own.
vi.setConfig({ testTimeout: 180_000 })

describeOnHosts('hosts with an older helper', () => {
  let hosts: OlderHosts

  beforeAll(async () => {
    hosts = await startOlderHosts()
  })
  afterAll(() => hosts?.stop())

  it('are named in the list, and one plan brings them the newer one', async () => {
    const { commands, current, standings } = hosts
    expect(await standings()).toEqual([
      ['web1', 'older'],
      ['web2', 'current'],
    ])
    expect((await commands.run(['host', 'list'])).stdout).toContain(`1.1.9, waits for ${current}`)
    expect((await commands.run(['host', 'prepare'])).status).toBe(2)
    expect((await commands.run(['host', 'prepare', 'web1', '--all'])).status).toBe(2)
    const dry = await commands.run(['host', 'prepare', '--all', '--dry-run'])
    expect(dry).toMatchObject({ status: 0, stdout: expect.stringContaining('On web1:') })
    expect(dry.stdout).toContain('web2 is ready; there is nothing to do.')
    expect((await standings())[0]).toEqual(['web1', 'older'])

    const done = await commands.run(['host', 'prepare', '--all'])
    expect(done).toMatchObject({ status: 0, stdout: expect.stringContaining('2 ready, 0 failed.') })
    expect((await standings())[0]).toEqual(['web1', 'current'])
  })
})
