import { afterAll, beforeAll, beforeEach } from 'vitest'
import type { ComposeOptions } from '../../../src/main/compose.ts'
import type { Client } from '../../hosts/client.ts'
import { until } from '../../hosts/condition.ts'
import { type MemcacheTalk, memcacheTalk } from '../../hosts/memcache-talk.ts'
import { openPage, type Page } from '../live/page.ts'
import { createTenant, type Panel } from '../panel.ts'
import type { PanelHost } from '../panel-host.ts'
import { startPreparedPanelHost } from '../prepared-host.ts'

/** Holds work of the first laptop at a point. */
export interface Gate {
  /** Ends when the work has come to the point. */
  readonly isReached: Promise<void>
  open(): void
}

/** A server, two laptops that have it, each with a store of its own, and a tenant for each test that lets a client in. */
export interface TwoLaptops {
  /** The first laptop. */
  readonly world: PanelHost
  /** Its, for another opening. */
  readonly options: ComposeOptions
  /** How often it has asked the host to close something. */
  readonly tries: number
  readonly client: Client
  readonly other: Panel
  /** The page of the other laptop, which takes in what is new while somebody looks at it. */
  readonly page: Page
  /** The tenant's. */
  readonly port: number
  nameNow(): string
  talk(): Promise<MemcacheTalk>
  /** Waits until the other laptop knows the tenant. */
  otherKnows(): Promise<void>
  revoke(of: Panel, cidr?: string): Promise<unknown>
  /** Holds the next work of the first laptop that comes to the point. */
  closeGate(point: string): Gate
}

/** Registers the hooks for the tests of a suite. */
export const useTwoLaptops = (): TwoLaptops => {
  let world: PanelHost
  let client: Client
  let other: Panel
  let page: Page
  let port: number
  let made = 0
  let gate:
    | { readonly point: string; readonly reached: () => void; readonly until: Promise<void> }
    | undefined
  let tries = 0
  const nameNow = (): string => `acme${made}`
  const atPoint = async (point: string): Promise<void> => {
    if (point === 'before close-access') tries += 1
    if (gate?.point !== point) return
    gate.reached()
    await gate.until
  }
  const options = { atPoint, timeLimits: { lookEveryMs: 500, callMs: 4_000, historyEveryMs: 0 } }

  beforeAll(async () => {
    world = await startPreparedPanelHost(options)
    client = await world.addClient()
    other = await world.addPanel({ timeLimits: { lookEveryMs: 300, historyEveryMs: 0 } })
    page = openPage(other.client)
  })
  afterAll(async () => {
    await page?.close()
    await world?.stop()
  })
  beforeEach(async () => {
    made += 1
    gate = undefined
    port = (await createTenant(world.panel, { name: nameNow(), allow: [{ cidr: client.address4 }] })).port
  })

  return {
    nameNow,
    options,
    get tries() {
      return tries
    },
    get world() {
      return world
    },
    get client() {
      return client
    },
    get other() {
      return other
    },
    get page() {
      return page
    },
    get port() {
      return port
    },
    talk: () => memcacheTalk(client, world.host.address4, port),
    otherKnows: () =>
      until('the other laptop knows it', () => page.find(nameNow())?.state === 'running', 30_000),
    revoke: (of, cidr = client.address4) => of.client.tenant.revoke({ name: nameNow(), cidrs: [cidr] }),
    closeGate(point) {
      let open = (): void => {}
      let reached = (): void => {}
      const isReached = new Promise<void>((resolve) => {
        reached = resolve
      })
      const isOpen = new Promise<void>((resolve) => {
        open = resolve
      })
      gate = { point, reached, until: isOpen }
      return { isReached, open: () => open() }
    },
  }
}
