import { createRouterClient } from '@orpc/server'
import { onTestFinished } from 'vitest'
import type { Client } from '../../src/contract/router.ts'
import { router } from '../../src/main/router.ts'
import type { MemoryHost } from '../memory-host/memory-host.ts'
import { type MemoryPanel, openMemoryPanel, reopenMemoryPanel } from '../memory-host/open-memory-panel.ts'
import { makeFolder } from './folder.ts'

/** A panel on hosts that are only in memory, and the client that shells use. */
export interface MemoryWorld {
  readonly panel: MemoryPanel
  readonly client: Client
  readonly dataDir: string
  /** @throws Error where no host has that name */
  hostOf(name: string): MemoryHost
  /** The sentences that nobody has taken yet. */
  takeNotices(): string[]
}

/** Such a panel, its host nyc1, and a tenant there that runs. */
export interface TenantWorld extends MemoryWorld {
  readonly nyc1: MemoryHost
  readonly id: string
  readonly name: string
}

type MemoryOptions = Omit<Parameters<typeof openMemoryPanel>[0], 'dataDir'>
type Records = MemoryHost['helper']['state']['tenants']
type Answer = MemoryHost['helper']['answer']

/** Opens the panel for the test that runs, with which it ends. */
export const openMemoryWorld = async (options: MemoryOptions): Promise<MemoryWorld> => {
  const dataDir = await makeFolder()
  return joinWorld(await openMemoryPanel({ dataDir, ...options }), dataDir)
}

/** The program once more, after its end, on its store and with its hosts. */
export const reopenMemoryWorld = async (
  { panel, dataDir }: MemoryWorld,
  options: Omit<MemoryOptions, 'tenants'>,
): Promise<MemoryWorld> => {
  await panel.close()
  return joinWorld(await reopenMemoryPanel(panel, { dataDir, ...options }), dataDir)
}

const joinWorld = (panel: MemoryPanel, dataDir: string): MemoryWorld => {
  onTestFinished(panel.close)
  return {
    panel,
    client: createRouterClient(router, { context: panel.context }),
    dataDir,
    hostOf(name) {
      const host = panel.hosts.get(name)
      if (host === undefined) throw new Error(`there is no ${name}`)
      return host
    },
    takeNotices: () => panel.context.services.notices.take(),
  }
}

/** The same with a tenant. */
export const openTenantWorld = async (options: MemoryOptions): Promise<TenantWorld> => {
  const world = await openMemoryWorld(options)
  const tenants = await world.client.tenant.list({ host: 'nyc1' })
  const tenant = tenants.find(({ state }) => state === 'running')
  if (tenant === undefined) throw new Error('nyc1 has no tenant that runs')
  return { ...world, nyc1: world.hostOf('nyc1'), id: tenant.id, name: tenant.name }
}

/** The tenant's record on its host. */
export const recordOf = ({ nyc1, id }: Pick<TenantWorld, 'nyc1' | 'id'>): Records[string] => {
  const record = nyc1.helper.state.tenants[id]
  if (record === undefined) throw new Error(`the host has no record of ${id}`)
  return record
}

/** Another panel writes the tenant's record, while this one does not look. */
export const putByAnother = (world: TenantWorld, change: Partial<Records[string]>): void => {
  const { revision: ifRevision, ...tenant } = recordOf(world)
  const operationId = `another-${ifRevision}`
  world.nyc1.helper.answer({ op: 'put', operationId, ifRevision, tenant: { ...tenant, ...change } })
}

/** The name of another tenant of the host. */
export const neighbourOf = async ({ client, id }: TenantWorld): Promise<string> => {
  const neighbour = (await client.tenant.list({ host: 'nyc1' })).find((tenant) => tenant.id !== id)
  if (neighbour === undefined) throw new Error('nyc1 has no other tenant')
  return neighbour.name
}

/**
 * Has the helper of a host answer otherwise.
 * @param otherwise is given the usual answer, to ask it
 * @returns what has it answer as usual again
 */
export const answerOtherwise = (
  { helper }: MemoryHost,
  otherwise: (request: Parameters<Answer>[0], usual: Answer) => unknown,
): (() => void) => {
  const { answer: usual } = helper
  const answer: Answer = (request) => otherwise(request, usual)
  Object.assign(helper, { answer })
  return () => void Object.assign(helper, { answer: usual })
}
