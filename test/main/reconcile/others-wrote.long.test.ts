import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import { readWork } from '../panel.ts'
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
})
