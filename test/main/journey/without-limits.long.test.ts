import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type HostNamespace, startHost } from '../../hosts/host.ts'
import { skipReason } from '../../hosts/platform.ts'
import { addSandbox, createTenant, openPanel, type Panel, prepareSandbox, readWork } from '../panel.ts'

const reason = skipReason()

describe.skipIf(reason !== null)(`Docker without limits${reason === null ? '' : ` (${reason})`}`, () => {
  let host: HostNamespace
  let panel: Panel

  beforeAll(async () => {
    host = await startHost({ name: 'web1', docker: false })
    // In the mounts of this host only: its Docker finds neither controller, as on a kernel without them.
    await host.exec(['umount', '/sys/fs/cgroup/memory', '/sys/fs/cgroup/pids'])
    await host.startDocker()
    panel = await openPanel()
    await addSandbox(panel, host)
    await prepareSandbox(panel, host)
  })
  afterAll(async () => {
    await panel?.stop()
    await host?.stopDocker()
    await host?.stop()
  })

  it('is told by the check, once by creating, and by the list; it refuses nothing', async () => {
    const { stdout } = await host.exec(['docker', 'info', '-f', '{{.MemoryLimit}} {{.PidsLimit}}'])
    expect(stdout.trim()).toBe('false false')
    const { lines, ready } = await panel.client.host.check({ name: 'web1' })
    expect(ready).toBe(true)
    expect(lines.find(({ subject }) => subject === 'Limits')).toMatchObject({
      verdict: 'bad',
      sentence: expect.stringContaining('memory and processes'),
    })
    const made = [await createTenant(panel, { name: 'acme' }), await createTenant(panel, { name: 'beta' })]
    expect(made.map(({ state, faults }) => ({ state, faults }))).toEqual([
      { state: 'running', faults: ['limits'] },
      { state: 'running', faults: ['limits'] },
    ])
    const told = await panel.client.program.takeNotices()
    expect(told.filter((sentence) => sentence.includes('keeps no limit'))).toHaveLength(1)
    const listed = await panel.client.tenant.list({ host: 'web1' })
    expect(listed.map(({ faults }) => faults)).toEqual([['limits'], ['limits']])
    expect(listed[0]?.why).toContain('keeps no limit')
  })

  it('keeps no change of a tenant from being made', async () => {
    const { client } = panel
    await readWork(client.tenant.resize({ name: 'acme', memoryMb: 128, confirmed: true }))
    await readWork(client.tenant.resize({ name: 'acme', memoryMb: 32, confirmed: true }))
    await readWork(client.tenant.upgrade({ name: 'acme', confirmed: true }))
    await readWork(client.tenant.restart({ name: 'acme', confirmed: true }))
    const changed = { state: 'running', memoryMb: 32, faults: ['limits'] }
    expect(await client.tenant.show({ name: 'acme' })).toMatchObject(changed)
  })
})
