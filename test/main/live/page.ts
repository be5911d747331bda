import type { Operation } from '../../../src/contract/activity.ts'
import type { HostStatus, PanelEvent } from '../../../src/contract/panel.ts'
import type { Client } from '../../../src/contract/router.ts'
import type { Tenant } from '../../../src/contract/tenant.ts'
import { until } from '../../hosts/condition.ts'

/** A page that reads the stream: every event that came, and what follows from them. */
export interface Page {
  readonly events: PanelEvent[]
  readonly tenants: ReadonlyMap<string, Tenant>
  readonly hosts: ReadonlyMap<string, HostStatus>
  /** Every state in which an operation was told, in order. */
  readonly operations: readonly Operation[]
  readonly notices: readonly string[]
  /** Milliseconds from the call to each event. */
  readonly times: number[]
  isLoaded(): boolean
  find(name: string): Tenant | undefined
  /** Every view of the tenant of that name that was told. */
  viewsOf(name: string): Tenant[]
  close(): Promise<void>
}

export function openPage(client: Client): Page {
  const [events, times, operations, notices]: [PanelEvent[], number[], Operation[], string[]] = [
    [],
    [],
    [],
    [],
  ]
  const [tenants, hosts] = [new Map<string, Tenant>(), new Map<string, HostStatus>()]
  const stop = new AbortController()
  const startedAt = performance.now()
  const read = async (): Promise<void> => {
    for await (const event of await client.panel.watch(undefined, { signal: stop.signal })) {
      times.push(performance.now() - startedAt)
      events.push(event)
      switch (event.kind) {
        case 'hosts':
          for (const host of event.hosts) hosts.set(host.id, host)
          break
        case 'tenants':
          for (const tenant of event.tenants) tenants.set(tenant.id, tenant)
          break
        case 'gone':
          for (const id of event.tenantIds) tenants.delete(id)
          for (const id of event.hostIds) hosts.delete(id)
          break
        case 'operations':
          operations.push(...event.operations)
          break
        case 'notice':
          notices.push(event.sentence)
          break
        case 'loaded':
      }
    }
  }
  const reading = read().catch((error: unknown) => {
    if (!stop.signal.aborted) throw error
  })
  reading.catch(() => {})
  return {
    ...{ events, tenants, hosts, operations, notices, times },
    isLoaded: () => events.some(({ kind }) => kind === 'loaded'),
    find: (name) => [...tenants.values()].find((tenant) => tenant.name === name),
    viewsOf: (name) =>
      events.flatMap((event) =>
        event.kind === 'tenants' ? event.tenants.filter((tenant) => tenant.name === name) : [],
      ),
    async close() {
      stop.abort()
      await reading
    },
  }
}

/** Waits until nothing was told for `quietMs`. */
export async function untilQuiet(page: Page, quietMs = 400): Promise<void> {
  let seen = -1
  let since = Date.now()
  await until(
    'the stream is quiet',
    () => {
      if (page.events.length !== seen) {
        seen = page.events.length
        since = Date.now()
      }
      return Date.now() - since >= quietMs
    },
    60_000,
  )
}
