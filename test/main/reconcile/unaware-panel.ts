import { afterAll, beforeAll, beforeEach, expect } from 'vitest'
import type { Client } from '../../hosts/client.ts'
import { type MemcacheTalk, memcacheTalk } from '../../hosts/memcache-talk.ts'
import { addSandbox, createTenant, openPanel, type Panel } from '../panel.ts'
import type { PanelHost } from '../panel-host.ts'

/** Another panel that never looks by itself, and a tenant for each test that both know. */
export interface UnawarePanel {
  /** The other panel. */
  readonly other: Panel
  /** A computer that may reach the tenant. */
  readonly client: Client
  /** The tenant, as procedures want it named. */
  which(): { readonly name: string }
  talk(): Promise<MemcacheTalk>
  /** The first panel takes the client's access away. */
  shutOut(): Promise<void>
}

/** Registers the hooks for the tests of a suite. */
export const useUnawarePanel = (getWorld: () => PanelHost): UnawarePanel => {
  let client: Client
  let other: Panel
  let port: number
  let made = 0
  const which = () => ({ name: `acme${made}` })
  const talk = () => memcacheTalk(client, getWorld().host.address4, port)

  beforeAll(async () => {
    client = await getWorld().addClient()
    other = await openPanel()
    await addSandbox(other, getWorld().host)
  })
  afterAll(() => other?.stop())
  beforeEach(async () => {
    made += 1
    const allow = [{ cidr: client.address4 }]
    port = (await createTenant(getWorld().panel, { ...which(), allow })).port
    // The list takes in what is there; the note is the last that it hears of the host.
    await other.client.tenant.list({})
    await other.client.tenant.annotate({ ...which(), notes: 'known' })
  })

  return {
    ...{ which, talk },
    get other() {
      return other
    },
    get client() {
      return client
    },
    async shutOut() {
      await getWorld().panel.client.tenant.revoke({ ...which(), cidrs: [client.address4] })
      expect(await talk()).toEqual({ kind: 'timeout' })
    },
  }
}
