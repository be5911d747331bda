import { expect } from 'vitest'
import type { Client } from '../../../src/contract/router.ts'
import type { PanelHost } from '../panel-host.ts'

type Edit = Omit<Parameters<Client['host']['edit']>[0], 'name'>

/** The create of a tenant ends well while its host is edited, and both are as they were asked for. */
export const createWhileEdited = async (world: PanelHost, tenant: string, change: Edit): Promise<void> => {
  const { client } = world.panel
  const [{ name } = { name: '' }] = await client.host.list()
  const work = await client.tenant.create({ name: tenant, host: name })
  let edited: Promise<unknown> | undefined
  for (;;) {
    const next = await work.next()
    if (next.done === true) {
      expect(next.value).toMatchObject({ state: 'running' })
      break
    }
    if (next.value.key === 'create-container') edited ??= client.host.edit({ name, ...change })
  }
  expect(edited).toBeDefined()
  await edited
  const { newName, ...others } = change
  expect((await client.host.list())[0]).toMatchObject(newName === undefined ? others : { name: newName })
  const tenants = await client.tenant.list({})
  expect(tenants.find((each) => each.name === tenant)).toMatchObject({ state: 'running' })
}
