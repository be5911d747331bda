import { createRouterClient } from '@orpc/server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { router } from '../../../src/main/router.ts'
import { until } from '../../hosts/condition.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { skipReason } from '../../hosts/platform.ts'
import { addSandbox, openPanel, type Panel, prepareSandbox } from '../panel.ts'
import { startPreparedHost } from '../prepared-host.ts'

const reason = skipReason()

describe.skipIf(reason !== null)(`who asked is gone${reason === null ? '' : ` (${reason})`}`, () => {
  let host: HostNamespace
  let panel: Panel
  /** Lets the create go on that stands still before its container is made. */
  let letGo: (() => void) | undefined

  const open = (dataDir?: string): Promise<Panel> =>
    openPanel(dataDir, {
      atPoint: async (point) => {
        if (point !== 'before create-container') return
        await new Promise<void>((resolve) => {
          letGo = resolve
        })
        letGo = undefined
      },
    })
  const held = () => until('the create stands still', () => letGo !== undefined)

  /** Begins to create a tenant, for a page that may leave. */
  const begin = async (name: string, hasLeft?: () => boolean) => {
    const context = hasLeft === undefined ? panel.context : { ...panel.context, hasLeft }
    const stop = new AbortController()
    const client = createRouterClient(router, { context })
    const steps = await client.tenant.create({ name, memoryMb: 64 }, { signal: stop.signal })
    await steps.next()
    await held()
    return { steps, stop }
  }
  const latest = async () =>
    (await panel.client.activity.list({})).find(({ kind }) => kind === 'tenant create')
  const ended = () =>
    until('the create is over', async () => (await latest())?.outcome !== 'running').then(latest)
  const names = async () => (await panel.client.tenant.list({})).map(({ name }) => name)
  const containers = async () => (await host.exec(['docker', 'ps', '-aq'])).stdout.trim()

  beforeAll(async () => {
    host = await startPreparedHost({ name: 'web1' })
    panel = await open()
    await addSandbox(panel, host)
    await prepareSandbox(panel, host)
  })
  afterAll(async () => {
    await panel?.stop()
    await host?.stop()
  })

  it('a command line that is ended: the create is taken back', async () => {
    const { steps, stop } = await begin('acme')
    stop.abort()
    await steps.return(undefined as never)
    letGo?.()
    expect(await ended()).toMatchObject({ outcome: 'undone' })
    expect(await names()).toEqual([])
    expect(await containers()).toBe('')
  })

  it('the program itself: what can go back is taken back before it ends', async () => {
    await begin('acme', () => false)
    const closing = panel.close()
    letGo?.()
    await closing
    expect(await containers()).toBe('')
    panel = await open(panel.dataDir)
    expect(await latest()).toMatchObject({ outcome: 'undone', why: 'Cancelled: the change of acme.' })
    expect(await names()).toEqual([])
  })

  it('a page that is loaded again or closed: the create goes on, and the next page sees it', async () => {
    let left = false
    const { steps, stop } = await begin('acme', () => left)
    left = true
    stop.abort()
    await steps.return(undefined as never)
    expect(await latest()).toMatchObject({ outcome: 'running', cancellable: true })
    letGo?.()
    expect(await ended()).toMatchObject({ outcome: 'done' })
    expect(await panel.client.tenant.show({ name: 'acme' })).toMatchObject({ state: 'running' })
  })
})
