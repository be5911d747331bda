import { createRouterClient } from '@orpc/server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { router } from '../../src/main/router.ts'
import { until } from '../hosts/condition.ts'
import { problemOf } from '../main/panel.ts'
import type { MemoryHost } from '../memory-host/memory-host.ts'
import { findChromium } from './chromium.ts'
import { type MemoryPage, openMemoryPage } from './memory-page.ts'

const chromium = findChromium()

/** Of a row: which of its words `Pending` can be seen to both ends, what stands under `Allowed`, and whether that is cut off. */
const readRow = `(row) => {
  const isSeen = (element) => {
    const { left, right, top, bottom } = element.getBoundingClientRect()
    const middle = (top + bottom) / 2
    return [left + 1, right - 1].every((x) => document.elementFromPoint(x, middle) === element)
  }
  const titles = [...row.closest('table').querySelectorAll('th')].map((title) => title.textContent)
  const allowed = row.children[titles.indexOf('Allowed')]
  return {
    pending: [...row.querySelectorAll('span')].filter(({ textContent }) => textContent === 'Pending').map(isSeen),
    allowed: allowed.textContent,
    isCutOff: allowed.scrollWidth > allowed.clientWidth,
  }
}`

describe.skipIf(chromium === undefined)(
  `access that is not closed yet${chromium === undefined ? ' (left out: no Chromium here)' : ''}`,
  () => {
    let opened: MemoryPage
    const setMoods = (kind: 'well' | 'down'): void => {
      for (const host of opened.panel.hosts.values()) (host as MemoryHost).mood = { kind }
    }

    beforeAll(async () => {
      opened = await openMemoryPage({ tenants: 12 })
    })
    afterAll(() => opened?.close())

    test('is said in its row at every width, and hides no figure', async () => {
      const { page, panel } = opened
      const client = createRouterClient(router, { context: panel.context })
      const tenants = await client.tenant.list({})
      const tenant = tenants.find(({ allow, state }) => state === 'running' && allow.length > 1)
      const entry = tenant?.allow[0]
      if (tenant === undefined || entry === undefined) throw new Error('no tenant lets two in')
      const row = page
        .getByRole('row')
        .filter({ has: page.getByRole('link', { name: tenant.name, exact: true }) })
      setMoods('down')
      await problemOf(client.tenant.revoke({ name: tenant.name, cidrs: [entry.cidr] }))
      await row.getByText('Pending').waitFor()
      try {
        for (const width of [1680, 1280, 1024, 800]) {
          await page.setViewportSize({ width, height: 800 })
          await until(`the table is as wide as ${width} pixels give`, async () => {
            const edge = `document.querySelector('[role="grid"]').getBoundingClientRect().right`
            return (await page.evaluate(edge)) === width
          })
          const shown = await page.evaluate(
            `(${readRow})(document.getElementById('tenant-row-${tenant.id}'))`,
          )
          const allowed = String(tenant.allow.length - 1)
          expect({ width, shown }).toEqual({ width, shown: { pending: [true], allowed, isCutOff: false } })
        }
      } finally {
        await page.setViewportSize({ width: 1280, height: 800 })
        setMoods('well')
      }
      await row.getByText('Pending').waitFor({ state: 'detached' })
    })

    test('is shown in the table, beside the totals and on the tenant, until its host has confirmed it', async () => {
      const { page, panel } = opened
      const client = createRouterClient(router, { context: panel.context })
      const tenants = await client.tenant.list({})
      const tenant = tenants.find(({ allow, state }) => state === 'running' && allow.length > 0)
      const entry = tenant?.allow[0]
      if (tenant === undefined || entry === undefined) throw new Error('no tenant lets anybody in')
      setMoods('down')
      const lost = await problemOf(client.tenant.revoke({ name: tenant.name, cidrs: [entry.cidr] }))
      expect(lost).toMatchObject({ code: 'NOT_IN_FORCE' })

      const row = page
        .getByRole('row')
        .filter({ has: page.getByRole('link', { name: tenant.name, exact: true }) })
      await row.getByText('Pending').waitFor()
      await page.getByText('1 pending').waitFor()
      await row.getByRole('link', { name: tenant.name, exact: true }).click()
      const banner = page.getByRole('status').filter({ hasText: 'Not in force yet' })
      await banner.waitFor()
      expect(await banner.textContent()).toContain(`revoking ${entry.cidr}`)
      const still = page.getByText(`Revoked and not in force yet, so perhaps still let in: ${entry.cidr}.`)
      await still.waitFor()

      setMoods('well')
      await banner.waitFor({ state: 'detached' })
      expect(await still.count()).toBe(0)
      const { pending, allow } = await client.tenant.show({ name: tenant.name })
      expect({ pending, isIn: allow.some(({ cidr }) => cidr === entry.cidr) }).toEqual({
        pending: [],
        isIn: false,
      })
    })

    test('the alarm of a closing that was asked for here goes when it is in force', async () => {
      const { page, panel } = opened
      const client = createRouterClient(router, { context: panel.context })
      const tenants = await client.tenant.list({})
      const tenant = tenants.find(({ allow, state }) => state === 'running' && allow.length > 1)
      const [entry, other] = tenant?.allow ?? []
      if (tenant === undefined || entry === undefined || other === undefined)
        throw new Error('no tenant lets two in')
      await page.goto(new URL(`#/tenants/${tenant.id}`, page.url()).href)
      const alarm = page.getByRole('alert').filter({ hasText: 'Not in force yet' })
      for (const button of [`Remove ${entry.cidr}`, 'Suspend']) {
        setMoods('down')
        await page
          .getByRole('button', { name: button, exact: button === 'Suspend' })
          .first()
          .click()
        await alarm.first().waitFor()
        setMoods('well')
        await alarm.first().waitFor({ state: 'detached' })
      }
    })
  },
)
