import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Client, startClient } from '../../hosts/client.ts'
import { until } from '../../hosts/condition.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { memcacheTalk } from '../../hosts/memcache-talk.ts'
import { skipReason } from '../../hosts/platform.ts'
import { addSandbox, createTenant, openPanel, type Panel, prepareSandbox, readWork } from '../panel.ts'
import { startPreparedHost } from '../prepared-host.ts'

const reason = skipReason()
const closed = { kind: 'timeout' }
const verbs = ['revoke', 'suspend', 'delete'] as const
const points = ['before save', 'after save', 'before close-access', 'after close-access'] as const
const timeLimits = { callMs: 4_000, lookMs: 2_000, heardMs: 500, lookEveryMs: 500 }

/** What happens to Docker at a point of a closing, and what puts it right. */
const moods = {
  frozen: {
    spoil: (host: HostNamespace) => host.pauseDocker(),
    heal: (host: HostNamespace) => host.resumeDocker(),
  },
  stopped: {
    spoil: (host: HostNamespace) => host.stopDocker(),
    heal: (host: HostNamespace) => host.startDocker(),
  },
  restarted: {
    spoil: async (host: HostNamespace) => {
      await host.stopDocker()
      await host.startDocker()
    },
    heal: () => Promise.resolve(),
  },
} as const

describe.skipIf(reason !== null)(
  `access is taken away, whatever Docker does at any step${reason === null ? '' : ` (${reason})`}`,
  { timeout: 180_000 },
  () => {
    let host: HostNamespace
    let client: Client
    let panel: Panel
    let made = 0
    let port: number
    /** Called at each point of the program. */
    let atPoint: (point: string) => Promise<void> = () => Promise.resolve()

    const open = (dataDir?: string): Promise<Panel> =>
      openPanel(dataDir, { timeLimits, atPoint: (point) => atPoint(point) })

    beforeAll(async () => {
      host = await startPreparedHost({ name: 'web1', sudo: 'nopasswd' })
      client = await startClient(host, { index: 0 })
      panel = await open()
      await addSandbox(panel, host)
      await prepareSandbox(panel, host)
    })
    afterAll(async () => {
      await panel?.stop()
      await client?.stop()
      await host?.stop()
    })
    beforeEach(async () => {
      made += 1
      const allow = [{ cidr: client.address4 }]
      port = (await createTenant(panel, { name: `acme${made}`, memoryMb: 16, allow })).port
    })

    // Docker starts all of them again each time.
    afterEach(async () => {
      const left = await panel.client.tenant.list({})
      for (const { name } of left) await readWork(panel.client.tenant.delete({ name, confirmed: true }))
    })

    const close = (verb: (typeof verbs)[number], by: Panel): Promise<unknown> => {
      const { tenant } = by.client
      const name = `acme${made}`
      switch (verb) {
        case 'revoke':
          return tenant.revoke({ name, cidrs: [client.address4] })
        case 'suspend':
          return tenant.suspend({ name })
        case 'delete':
          return readWork(tenant.delete({ name, confirmed: true }))
      }
    }
    const isIn = async (): Promise<boolean> =>
      (await memcacheTalk(client, host.address4, port, undefined, 700)).kind === 'answer'

    for (const mood of ['frozen', 'stopped', 'restarted'] as const) {
      for (const program of ['a fresh program', 'an open panel'] as const) {
        it.each(verbs.flatMap((verb) => points.map((point) => [verb, point] as const)))(
          `Docker ${mood}, from ${program}: %s, %s`,
          async (verb, point) => {
            if (program === 'a fresh program') {
              await panel.close()
              panel = await open(panel.dataDir)
            }
            let spoilt: Promise<unknown> | undefined
            atPoint = async (now) => {
              // Saves are counted from the start of the program; the first from here on holds the intent.
              if (now.replace(/ \d+$/, '') !== point || spoilt !== undefined) return
              spoilt = moods[mood].spoil(host)
              await spoilt
            }
            const work = close(verb, panel).catch(() => {})
            try {
              await until(
                'the packet is not answered',
                async () => spoilt !== undefined && !(await isIn()),
                20_000,
              )
            } finally {
              atPoint = () => Promise.resolve()
              await spoilt
              await moods[mood].heal(host)
            }
            await work
            expect(await memcacheTalk(client, host.address4, port)).toEqual(closed)
          },
        )
      }
    }

    it.each(verbs)('two panels at once, Docker frozen: %s', async (verb) => {
      const other = await openPanel(undefined, { timeLimits })
      try {
        await addSandbox(other, host)
        await host.pauseDocker()
        const works = [close(verb, panel), close(verb, other)].map((work) => work.catch(() => {}))
        await until('the packet is not answered', async () => !(await isIn()), 20_000)
        await host.resumeDocker()
        await Promise.all(works)
        expect(await memcacheTalk(client, host.address4, port)).toEqual(closed)
      } finally {
        await host.resumeDocker()
        await other.stop()
      }
    })
  },
)
