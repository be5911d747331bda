import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { insertHost } from '../../src/main/adapters/store/hosts.ts'
import { insertOperation } from '../../src/main/adapters/store/operations.ts'
import { insertTenants } from '../../src/main/adapters/store/tenants.ts'
import { compose } from '../../src/main/compose.ts'
import { serveBrowser } from '../../src/main/web/serve-browser.ts'
import { sampleHost, sampleOperation, sampleTenant } from '../main/store/samples.ts'
import { type BuiltApp, buildApp } from './build-app.ts'
import { findChromium, type OpenedChromium, openChromium } from './chromium.ts'
import { openPlainUser, type PlainUser } from './plain-user.ts'

const chromiumName = findChromium()

/** Becomes an element, and says so, wherever text is taken for markup. */
const markup = (place: string): string =>
  `<img src=x onerror="window.taken='${place}'"><script>window.taken='${place}'</script>{{7*7}}`

/** The same, which would also turn the line around that shows it. */
const written = (place: string): string => markup(place).replace(' ', '\u202e \u2067')

const places = [
  'name',
  'tag',
  'label',
  'notes',
  'host',
  'reason',
  'operation',
  'step',
  'actor',
  'value',
] as const

describe.skipIf(chromiumName === undefined)(
  `text from outside${chromiumName === undefined ? ' (left out: no Chromium here)' : ''}`,
  () => {
    let user: PlainUser
    let built: BuiltApp
    let chromium: OpenedChromium
    let page: Page
    let dataDir: string
    const closers: (() => Promise<unknown>)[] = []

    beforeAll(async () => {
      user = await openPlainUser()
      built = await buildApp()
      chromium = await openChromium(chromiumName ?? '', user)
      dataDir = await mkdtemp(join(tmpdir(), 'memharbor-text-'))
      const panel = await compose(dataDir)
      closers.push(() => panel.close())
      await panel.context.services.store.write((db) => {
        const target = { kind: 'socket', path: `/absent/${written('target')}` } as const
        insertHost(db, sampleHost({ name: written('host'), target, modeReason: written('reason') }))
        insertTenants(db, [
          sampleTenant(1, {
            ...{ name: written('name'), tags: [written('tag')], notes: written('notes') },
            allow: [{ cidr: '198.51.100.7/32', label: written('label') }],
          }),
        ])
        insertOperation(
          db,
          sampleOperation({
            ...{ kind: `tenant ${written('operation')}`, actor: written('actor'), outcome: 'failed' },
            finishedAt: '2026-11-22T10:02:54.123Z',
            tenantName: written('name'),
            before: { notes: '' },
            after: { notes: written('value') },
            steps: [
              {
                ...{ position: 0, kind: 'x', sentence: written('step'), state: 'failed' },
                startedAt: '2026-11-22T10:02:53.123Z',
                finishedAt: null,
              },
            ],
          }),
        )
      })
      const pageRoot = join(built.path, 'out/renderer')
      const shell = await serveBrowser(panel.context, { pageRoot, port: 0 })
      closers.push(() => shell.close())
      page = await chromium.browser.newPage()
      await page.goto(shell.newLink())
    })

    afterAll(async () => {
      await chromium?.close()
      for (const close of closers.reverse()) await close()
      if (dataDir !== undefined) await rm(dataDir, { recursive: true })
      await user?.remove()
    })

    /** The places that are on the page, as they were written but for the direction. */
    const listSeen = async (): Promise<string[]> => {
      const text = await page.evaluate<string>(`
        document.body.innerText + [...document.querySelectorAll('input, textarea')].map((field) => field.value).join(' ')`)
      return places.filter((place) => text.includes(markup(place)))
    }

    test('is shown as it is, and never becomes markup', { timeout: 400_000 }, async () => {
      const seen = new Set<string>()
      const look = async (): Promise<void> => {
        for (const place of await listSeen()) seen.add(place)
      }
      const visit = async (hash: string, wanted: string): Promise<void> => {
        await page.evaluate(`location.hash = ${JSON.stringify(hash)}`)
        await page.getByText(markup(wanted)).first().waitFor()
        await look()
      }
      await visit('/tenants', 'name')
      await visit('/tenants/tenant-1', 'label')
      await page.getByRole('tab', { name: 'Settings' }).click()
      await page.getByText(markup('notes')).first().waitFor()
      await look()
      await visit('/hosts', 'host')
      await visit('/hosts/host-1', 'reason')
      await visit('/activity', 'actor')
      await page
        .getByRole('button', { name: /onerror/ })
        .first()
        .click()
      await page.getByText(markup('step')).first().waitFor()
      await look()
      expect([...seen].sort()).toEqual([...places].sort())
      expect(await page.evaluate('[window.taken, document.images.length, document.scripts.length]')).toEqual([
        undefined,
        0,
        1,
      ])
    })
  },
)
