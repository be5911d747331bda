import { createRouterClient } from '@orpc/server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { router } from '../../src/main/router.ts'
import { until } from '../hosts/condition.ts'
import { answerOtherwise } from '../main/memory-world.ts'
import type { MemoryHost } from '../memory-host/memory-host.ts'
import { findChromium } from './chromium.ts'
import { type MemoryPage, openMemoryPage } from './memory-page.ts'

const chromium = findChromium()

describe.skipIf(chromium === undefined)(
  `what a tenant's page offers${chromium === undefined ? ' (left out: no Chromium here)' : ''}`,
  () => {
    let opened: MemoryPage

    beforeAll(async () => {
      opened = await openMemoryPage({ tenants: 12 })
    })
    afterAll(() => opened?.close())

    /** One that runs and has clients. */
    const findTenant = async () => {
      const { page, panel } = opened
      const client = createRouterClient(router, { context: panel.context })
      const tenants = await client.tenant.list({})
      const tenant = tenants.find(({ state, allow }) => state === 'running' && allow.length > 0)
      if (tenant === undefined) throw new Error('no tenant runs')
      return { page, client, tenant, host: panel.hosts.get(tenant.host) as MemoryHost }
    }

    test('its figures since its start beside those of now', async () => {
      const { page, panel } = opened
      const client = createRouterClient(router, { context: panel.context })
      const tenant = (await client.tenant.list({})).find(({ state }) => state === 'running')
      if (tenant === undefined) throw new Error('no tenant runs')
      await page.evaluate(`location.hash = '#/tenants/${tenant.id}'`)
      const { metrics } = await client.tenant.show({ name: tenant.name })
      const { getHits, getMisses } = metrics ?? { getHits: 0, getMisses: 0 }
      expect(getHits).toBeGreaterThan(0)
      const percent = ((100 * getHits) / (getHits + getMisses)).toFixed(1)
      await page.getByText(new RegExp(`^${percent} ?% since start$`)).waitFor()
    })

    test('to close the connection that is idle the longest, where clients hold even those of the panel', async () => {
      const { page, client, tenant, host } = await findTenant()
      host.crowd(tenant.id, tenant.maxConnections + 4)
      const idle = { address: '203.0.113.9', port: 51_514, seconds: 900 }
      const closed: unknown[] = []
      const stop = answerOtherwise(host, (request, usual) => {
        if (request.op === 'clients' && request.idle === true)
          return { clients: [{ tenantId: tenant.id, held: 1_028, waiting: 0, longestIdle: idle }] }
        if (request.op !== 'disconnect') return usual(request)
        closed.push([request.address, request.port])
        host.crowd(tenant.id, 10)
        return { closed: true }
      })
      await page.evaluate(`location.hash = '#/tenants/${tenant.id}'`)
      await page.getByRole('button', { name: 'More actions' }).click()
      await page.getByRole('menuitem', { name: 'Flush' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Flush' }).click()
      await page.getByRole('button', { name: 'Close the longest idle one…' }).click()
      await page.getByText('Close the connection of 203.0.113.9:51514?').waitFor()
      expect(closed).toEqual([])
      await page.getByRole('button', { name: 'Close and try again' }).click()
      await until('it is closed, and the cache flushed', async () => {
        const { items } = (await client.tenant.show({ name: tenant.name })).metrics ?? { items: 1 }
        return closed.length === 1 && items === 0
      })
      expect(closed).toEqual([['203.0.113.9', 51_514]])
      stop()
    })

    test('a higher limit, where clients hold all connections', async () => {
      const { page, client, tenant, host } = await findTenant()
      host.crowd(tenant.id, tenant.maxConnections)
      await page.evaluate(`location.hash = '#/tenants/${tenant.id}'`)
      await page.getByText('Connection limit reached').first().waitFor()
      await page.getByRole('button', { name: 'Raise the limit' }).click()
      const dialog = page.getByRole('dialog')
      const field = dialog.getByRole('textbox')
      await field.waitFor()
      expect(Number((await field.inputValue()).replaceAll(',', ''))).toBe(tenant.maxConnections)
      const more = tenant.maxConnections * 2
      await field.fill(String(more))
      await dialog.locator('button[type=submit]').click()
      await until('its limit is the higher one', async () => {
        return (await client.tenant.show({ name: tenant.name })).maxConnections === more
      })
      await page.getByText('Connection limit reached').first().waitFor({ state: 'detached' })
    })
  },
)
