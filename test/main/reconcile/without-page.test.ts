import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../../hosts/condition.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { skipReason } from '../../hosts/platform.ts'
import { addSandbox, createTenant, openPanel, type Panel, prepareSandbox, readWork } from '../panel.ts'
import { startPreparedHost } from '../prepared-host.ts'

const reason = skipReason()
const timeLimits = { lookMs: 1_000, heardMs: 300, lookEveryMs: 300 }

describe.skipIf(reason !== null)(
  `a panel without a page finishes by itself, over a link that stays up${reason === null ? '' : ` (${reason})`}`,
  () => {
    let host: HostNamespace
    let panel: Panel
    /** Docker ends when the program comes to this point. */
    let stopAt: string | null = null

    const atPoint = async (point: string): Promise<void> => {
      if (point !== stopAt) return
      stopAt = null
      await host.stopDocker()
    }
    /** Only the store is read: a look at the host would be an occasion to try again. */
    const last = async (name: string) =>
      (await panel.client.activity.list({ tenant: name, limit: 1 }))[0]?.outcome
    const stopDuring = async (point: string, work: () => Promise<unknown>): Promise<void> => {
      stopAt = point
      await expect(work()).rejects.toThrow()
      expect(stopAt).toBeNull()
    }
    const isFinished = (name: string) =>
      until('it is finished', async () => (await last(name)) === 'done', 20_000)

    beforeAll(async () => {
      host = await startPreparedHost({ name: 'web1', sudo: 'nopasswd' })
      panel = await openPanel()
      await addSandbox(panel, host)
      await prepareSandbox(panel, host)
      for (const name of ['acme', 'gone']) await createTenant(panel, { name, memoryMb: 16 })
      await panel.close()
      panel = await openPanel(panel.dataDir, { atPoint, timeLimits })
    })
    afterAll(async () => {
      await panel?.stop()
      await host?.stop()
    })

    const resize = (memoryMb: number) =>
      readWork(panel.client.tenant.resize({ name: 'acme', memoryMb, confirmed: true }))

    it('a change that failed and could not be taken back', async () => {
      await stopDuring('before limit-container', () => resize(32))
      expect(await last('acme')).toBe('failed')
      await host.startDocker()
      await isFinished('acme')
    })

    it('a delete that failed', async () => {
      await stopDuring('before remove-container', () =>
        readWork(panel.client.tenant.delete({ name: 'gone', confirmed: true })),
      )
      await host.startDocker()
      await isFinished('gone')
    })

    it('what an earlier program left, where the first try fails too', async () => {
      await stopDuring('before limit-container', () => resize(64))
      await panel.close()
      panel = await openPanel(panel.dataDir, { timeLimits })
      // It connects, and Docker is not there yet.
      await panel.client.tenant.list({})
      await panel.context.services.background.idle(5_000)
      await host.startDocker()
      await isFinished('acme')
    })
  },
)
