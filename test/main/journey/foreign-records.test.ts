import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HostNamespace } from '../../hosts/host.ts'
import { skipReason } from '../../hosts/platform.ts'
import { ask } from '../../resources/host/helper-host.ts'
import { placed, put, reserve, wanted } from '../../resources/host/requests.ts'
import { addSandbox, createTenant, openPanel, type Panel, prepareSandbox } from '../panel.ts'
import { startPreparedHost } from '../prepared-host.ts'

const reason = skipReason()
const stateFile = '/var/lib/memharbor/state.json'
const times = [
  ['2026-11-20T08:00:00Z', '2026-11-20T08:00:00.000Z'],
  ['2026-11-20T08:00:00.5Z', '2026-11-20T08:00:00.500Z'],
  ['2026-11-20T08:00:00.123456Z', '2026-11-20T08:00:00.123Z'],
  ['0999-01-01T00:00:00Z', '0999-01-01T00:00:00.000Z'],
] as const

describe.skipIf(reason !== null)(`records of others${reason === null ? '' : ` (${reason})`}`, () => {
  let host: HostNamespace
  let panel: Panel

  beforeAll(async () => {
    host = await startPreparedHost({ name: 'web1' })
    panel = await openPanel()
    await addSandbox(panel, host)
    await prepareSandbox(panel, host)
    await panel.close()
  })
  afterAll(async () => {
    await panel?.stop()
    await host?.stop()
  })

  it('come in with whatever digits their time has', async () => {
    const replies = []
    for (const [index, [createdAt]] of times.entries()) {
      const id = `tenant0${index}`
      const [reserved] = await ask(host, reserve(id, { tenant: wanted(id, { createdAt }) }))
      const record = placed(id, { createdAt, port: reserved?.['port'] })
      replies.push(reserved, ...(await ask(host, put(reserved?.['revision'] as number, record))))
    }
    expect(replies.map((reply) => reply?.ok)).toEqual(replies.map(() => true))
    panel = await openPanel(panel.dataDir)
    await createTenant(panel, { name: 'mine', memoryMb: 64 })
    const seen = Object.fromEntries(
      (await panel.client.tenant.list({})).map(({ name, createdAt }) => [name, createdAt]),
    )
    expect(seen).toMatchObject(Object.fromEntries(times.map(([, at], index) => [`tenant0${index}`, at])))
  })

  it('with a time that there is not stay out by themselves, and it is said which', async () => {
    await panel.stop()
    await host.exec(['sed', '-i', 's/2026-11-20T08:00:00Z/2026-02-31T08:00:00Z/', stateFile])
    // A panel that does not know any of them.
    panel = await openPanel()
    await addSandbox(panel, host)
    await prepareSandbox(panel, host)
    await createTenant(panel, { name: 'next', memoryMb: 64 })
    const names = (await panel.client.tenant.list({})).map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(['next', 'mine', 'tenant01']))
    expect(names).not.toContain('tenant00')
    expect(await panel.client.program.takeNotices()).toContainEqual(
      expect.stringContaining('not taken in: tenant00 (time of its making)'),
    )
  })
})
