import { createRouterClient } from '@orpc/server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { router } from '../../src/main/router.ts'
import { until } from '../hosts/condition.ts'
import { findChromium } from './chromium.ts'
import { type MemoryPage, openMemoryPage } from './memory-page.ts'

const chromium = findChromium()

describe.skipIf(chromium === undefined)(
  `an allowlist that gets wide${chromium === undefined ? ' (left out: no Chromium here)' : ''}`,
  () => {
    let opened: MemoryPage
    beforeAll(async () => {
      opened = await openMemoryPage({ tenants: 12 })
    })
    afterAll(() => opened?.close())

    test('is asked for with what it means, changes nothing without a yes, and notes what nobody comes from', async () => {
      const { page, panel } = opened
      const client = createRouterClient(router, { context: panel.context })
      const tenant = (await client.tenant.list({})).find(({ state }) => state === 'running')
      if (tenant === undefined) throw new Error('none runs')
      const cidrs = async () =>
        (await client.tenant.show({ name: tenant.name })).allow.map(({ cidr }) => cidr)
      const before = await cidrs()
      await page.getByRole('link', { name: tenant.name, exact: true }).first().click()
      const field = page.getByLabel('Addresses to allow')
      const dialog = page.getByRole('dialog')
      const ask = async (text: string, verb: RegExp): Promise<string> => {
        await field.fill(text)
        await page.getByRole('button', { name: verb }).click()
        await dialog.waitFor()
        return (await dialog.textContent()) ?? ''
      }

      // Everybody, in two halves.
      expect(await ask('0.0.0.0/1\n128.0.0.0/1', /^(Allow|Add|Open).*…$/)).toMatch(/everybody/i)
      await dialog.getByRole('button', { name: 'Cancel' }).click()
      await dialog.waitFor({ state: 'detached' })
      expect(await cidrs()).toEqual(before)

      // A part of the internet, with its share.
      expect(await ask('64.0.0.0/6', /^(Allow|Add|Open).*…$/)).toContain('1.6')
      await dialog.getByRole('button', { name: 'Allow all of these' }).click()
      await dialog.waitFor({ state: 'detached' })
      await until('it is allowed', async () => (await cidrs()).includes('64.0.0.0/6'))

      await field.fill('192.168.1.20')
      await page.getByText(/192\.168\.1\.20.*over the internet/).waitFor()
    })
  },
)
