import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { findChromium, type OpenedChromium, openChromium } from '../../e2e/chromium.ts'
import { openPlainUser, type PlainUser } from '../../e2e/plain-user.ts'
import { until } from '../../hosts/condition.ts'
import type { Forgery } from '../../hosts/forgery.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { skipReason } from '../../hosts/platform.ts'
import { askOne } from '../../resources/host/helper-host.ts'
import { after, mapTexts, steering } from './forgeries.ts'
import { acmeClient, type HostileWorld, startHostileWorld } from './hostile-world.ts'

const chromiumName = findChromium()
const reason = skipReason() ?? (chromiumName === undefined ? 'no Chromium here' : null)
vi.setConfig({ testTimeout: 120_000 })

/** It would become an element, and say so, wherever a page takes text for markup. */
const markup = `<img src=x onerror="window.taken='yes'">`
const said = `${steering}${markup}`
const recordsReply = z.looseObject({ tenants: z.record(z.string(), z.looseObject({ revision: z.int() })) })

describe.skipIf(reason !== null)(
  `a page and the other hosts beside a hostile one${reason === null ? '' : ` (${reason})`}`,
  () => {
    let world: HostileWorld
    let user: PlainUser
    let chromium: OpenedChromium
    let page: Page

    beforeAll(async () => {
      world = await startHostileWorld()
      user = await openPlainUser()
      chromium = await openChromium(chromiumName ?? '', user)
      page = await chromium.browser.newPage()
      await page.goto(world.link)
      await page.getByText('evil').first().waitFor()
    })
    afterAll(async () => {
      await chromium?.close()
      await user?.remove()
      await world?.stop()
    })

    const show = (name: string) => world.panel.client.tenant.show({ name })
    const listEntries = async ({ exec }: HostNamespace): Promise<string> =>
      (await exec(['ipset', 'save', 'mh4'])).stdout
    const readNotices = () =>
      world.watched.events.flatMap((event) => (event.kind === 'notice' ? [event.sentence] : []))

    it('has no markup of the host on any screen, nor what turns its lines around', async () => {
      const hosts = await world.panel.client.host.list()
      const { id: hostId = '' } = hosts.find(({ name }) => name === 'bad') ?? {}
      const { id } = await show('evil')
      const forgery: Forgery = {
        facts: (facts) => mapTexts(facts, after(said)),
        helper: (op, reply) => {
          if (op === 'observe') {
            const kernel = { ...(reply['kernel'] as object), problems: Array(20).fill(said), backend: said }
            return { ...reply, kernel }
          }
          if (op !== 'records') return undefined
          const tenants = mapTexts(reply['tenants'], (each) => (each === '' ? markup : each))
          return { ...reply, unchanged: false, tenants }
        },
        docker: (path) =>
          path.includes('/version') ? JSON.stringify({ Version: said, ApiVersion: '1.41' }) : undefined,
        cache: () => `STAT version ${said}\r\nSTAT curr_items ${said}\r\nEND\r\n`,
      }
      const seen: string[] = []
      world.hostile.forge(forgery)
      try {
        for (const [hash, words] of [
          ['/hosts', 'bad'],
          [`/hosts/${hostId}`, 'bad'],
          ['/tenants', 'evil'],
          [`/tenants/${id}`, 'evil'],
          ['/activity', 'evil'],
        ] as const) {
          const before = world.hostile.forged()
          await page.evaluate(`location.hash = ${JSON.stringify(hash)}`)
          await page.getByText(words).first().waitFor()
          await until(`the host has lied on ${hash}`, async () => world.hostile.forged() > before + 2, 60_000)
          const text = await page.evaluate<string>('document.body.innerText')
          expect(text.replaceAll(/[\n\t]/g, ''), hash).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u)
          seen.push(text)
          expect(await page.evaluate('window.taken')).toBeUndefined()
          expect(await page.locator('img[onerror], script:not([src])').count()).toBe(0)
        }
        // As words it is there.
        expect(seen.join()).toContain(markup)
      } finally {
        world.hostile.forge({})
      }
    })

    it('takes no record of a tenant from a host that it is not on, and tells whose it is', async () => {
      const { good, hostile, panel } = world
      const before = await show('acme')
      const entries = await listEntries(good)
      const { tenants } = recordsReply.parse(await askOne(good, { v: 1, op: 'records' }))
      const truth = tenants[before.id]
      if (truth === undefined) throw new Error('acme is not on its host')
      const allow = [{ cidr: '198.51.100.66/32', label: '' }]
      const forged = { ...truth, name: 'stolen', open: true, allow, revision: truth.revision + 1_000 }
      hostile.forge({
        helper: (op, reply) => {
          const revision = Number(reply['revision']) + 2_000
          if (op === 'hello') return { ...reply, revision }
          if (op !== 'records') return undefined
          const tenants = { ...(reply['tenants'] as object), [before.id]: forged }
          return { ...reply, unchanged: false, revision, tenants }
        },
      })
      try {
        await until('it is told', async () => {
          await panel.client.host.check({ name: 'bad' }).catch(() => undefined)
          await panel.client.tenant.list({ host: 'bad' }).catch(() => undefined)
          return readNotices().some((each) => each.includes(`acme (${before.id}) of good`))
        })
        expect(hostile.forged()).toBeGreaterThan(0)
        // It goes on to be changed on its own host, which lets in nobody else.
        await panel.client.tenant.allow({ name: 'acme', entries: [{ cidr: '203.0.113.8' }] })
        await panel.client.tenant.revoke({ name: 'acme', cidrs: ['203.0.113.8'] })
      } finally {
        hostile.forge({})
      }
      const { allow: kept, port, host, id } = await show('acme')
      expect({ kept, port, host, id }).toEqual({
        ...{ kept: before.allow, port: before.port, host: 'good', id: before.id },
      })
      expect(kept.map(({ cidr }) => cidr)).toEqual([`${acmeClient}/32`])
      expect(await listEntries(good)).toBe(entries)
      expect(await listEntries(world.bad)).not.toContain('198.51.100.66')
      expect((await panel.client.tenant.list({})).map(({ name }) => name).sort()).toEqual(['acme', 'evil'])
      expect(world.watched.hasEnded).toBe(false)
    })
  },
)
