import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import { problemOf, readWork } from '../panel.ts'
import type { PanelHost } from '../panel-host.ts'
import { startPreparedPanelHost } from '../prepared-host.ts'
import { useUnawarePanel } from './unaware-panel.ts'

describeOnHosts('a panel that has not looked since others wrote changes a tenant:', () => {
  let world: PanelHost
  beforeAll(async () => {
    world = await startPreparedPanelHost()
  })
  afterAll(() => world?.stop())
  const unaware = useUnawarePanel(() => world)
  const { which, talk } = unaware
  const closed = { kind: 'timeout' }
  const restart = () => readWork(unaware.other.client.tenant.restart({ ...which(), confirmed: true }))

  it.each([
    [
      'a resize',
      () =>
        readWork(unaware.other.client.tenant.resize({ ...unaware.which(), memoryMb: 96, confirmed: true })),
    ],
    ['a note', () => unaware.other.client.tenant.annotate({ ...unaware.which(), notes: 'paid' })],
  ])('%s lets nobody in whom the other panel shut out', async (_, change) => {
    await unaware.shutOut()
    await change().catch(() => {})
    expect(await unaware.talk()).toEqual({ kind: 'timeout' })
    expect((await unaware.other.client.tenant.show(unaware.which())).allow).toEqual([])
  })

  it('a restart does not open a tenant that the other panel suspended', async () => {
    await world.panel.client.tenant.suspend(which())
    await restart().catch(() => {})
    expect(await talk()).toEqual(closed)
  })

  it('a restart does not make a tenant again that the other panel deleted', async () => {
    await readWork(world.panel.client.tenant.delete({ ...which(), confirmed: true }))
    expect(await problemOf(restart())).toMatchObject({ code: 'NOT_FOUND' })
    expect(await talk()).not.toMatchObject({ kind: 'answer' })
  })

  it('an undo lets nobody in whom the other panel shut out between its own undo and its own delete', async () => {
    const { client } = world.panel
    const { other } = unaware
    await readWork(other.client.tenant.delete({ ...which(), confirmed: true }))
    // It knows the tenant from its own list, and takes in what was deleted.
    await client.tenant.list({})
    await readWork(client.tenant.restore(which()))
    await client.tenant.revoke({ ...which(), cidrs: [unaware.client.address4] })
    await readWork(client.tenant.delete({ ...which(), confirmed: true }))
    const { result } = await readWork(other.client.tenant.restore(which()))
    expect(result).toMatchObject({
      state: 'suspended',
      closedWhy: expect.stringContaining('nobody gets in'),
    })
    expect(await talk()).toEqual(closed)
  })
})
