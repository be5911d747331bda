import { afterAll, beforeAll } from 'vitest'
import type { Client } from '../../hosts/client.ts'
import { type MemcacheTalk, memcacheTalk } from '../../hosts/memcache-talk.ts'
import { awaitNoHelper } from '../../resources/host/helper-host.ts'
import { createTenant, readWork } from '../panel.ts'
import { type PanelHost, withOther } from '../panel-host.ts'
import { startPreparedPanelHost } from '../prepared-host.ts'
import { keepState, putStateBack } from './kept-state.ts'

/** An address beside the client's that a tenant lets in. */
export const office = '203.0.113.50'

/** A server that is put back, the panel of an operator, and a client that was shut out. */
export interface PutBackSuite {
  readonly world: PanelHost
  readonly client: Client
  /** Called once, when the panel's work comes to the point. */
  readonly at: Map<string, () => Promise<unknown>>
  /** The next record is not written any more: the server is away until its SSH server is started again. */
  cutBeforeRecord(): void
  talk(port: number): Promise<MemcacheTalk['kind']>
  /** Makes a tenant that lets in the client, unless told otherwise, and the office. */
  make(name: string, letsIn?: boolean): Promise<number>
  /** Keeps the server as it is now, when nothing is under way there. */
  keep(): Promise<void>
  /**
   * Puts the server back between two programs of the panel.
   * @param before what happens there first
   * @param noted the tenant whose notes another panel changes so often then that the server's revision is beyond that of before
   */
  putBack(noted?: string, before?: () => Promise<unknown>): Promise<void>
  /** Looks often enough for everything that a look begins. */
  look(): Promise<void>
  allowOf(name: string): Promise<string[] | undefined>
  marked(): Promise<readonly string[] | undefined>
  recover(as: 'panel' | 'host'): Promise<string[]>
}

/** Registers the hooks for the tests of a suite. */
export const usePutBackSuite = (): PutBackSuite => {
  let world: PanelHost
  let client: Client
  const at = new Map<string, () => Promise<unknown>>()
  const atPoint = async (point: string): Promise<void> => {
    const call = at.get(point)
    at.delete(point)
    await call?.()
  }
  beforeAll(async () => {
    // The history is asked for at once, so that nothing is left for later.
    world = await startPreparedPanelHost({ atPoint, timeLimits: { historyEveryMs: 0 } })
    client = await world.addClient()
  })
  afterAll(() => world?.stop())

  const idle = () => world.panel.context.services.background.idle(20_000)
  const look = async (): Promise<void> => {
    for (let times = 0; times < 2; times += 1) {
      await world.panel.client.tenant.list({})
      await idle()
    }
  }
  return {
    get world() {
      return world
    },
    get client() {
      return client
    },
    at,
    cutBeforeRecord: () => {
      const { host } = world
      at.set('before write-record', async () => {
        await host.stopSsh()
        await host.cutSsh()
      })
    },
    look,
    talk: async (port) => (await memcacheTalk(client, world.host.address4, port)).kind,
    async make(name, letsIn = true) {
      const allow = [...(letsIn ? [client.address4] : []), office].map((cidr) => ({ cidr }))
      return (await createTenant(world.panel, { name, memoryMb: 16, allow })).port
    },
    async keep() {
      await look()
      await world.reopen(async () => {
        await awaitNoHelper(world.host)
        await keepState(world.host)
      })
    },
    putBack: (noted, before) =>
      world.reopen(async () => {
        await before?.()
        await awaitNoHelper(world.host)
        await putStateBack(world.host)
        if (noted === undefined) return
        await withOther(world.host, async (other) => {
          for (let change = 1; change <= 8; change += 1)
            await other.client.tenant.annotate({ name: noted, notes: `${noted} ${change}` })
        })
      }),
    async allowOf(name) {
      const tenants = await world.panel.client.tenant.list({})
      return tenants.find((tenant) => tenant.name === name)?.allow.map(({ cidr }) => cidr)
    },
    marked: async () => (await world.panel.client.host.list())[0]?.putBack?.tenants,
    async recover(as) {
      const { client } = world.panel
      const { fingerprint, steps } = await client.host.planRecover({ name: 'web1', as })
      await readWork(client.host.recover({ name: 'web1', as, fingerprint, confirmed: true }))
      return steps.map(({ sentence }) => sentence)
    },
  }
}
