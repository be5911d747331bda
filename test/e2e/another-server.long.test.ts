import { createRouterClient } from '@orpc/server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Client } from '../../src/contract/router.ts'
import { router } from '../../src/main/router.ts'
import { until } from '../hosts/condition.ts'
import { problemOf } from '../main/panel.ts'
import type { MemoryHost } from '../memory-host/memory-host.ts'
import { findChromium } from './chromium.ts'
import { type MemoryPage, openMemoryPage } from './memory-page.ts'

const chromium = findChromium()

describe.skipIf(chromium === undefined)(
  `a host that is another server${chromium === undefined ? ' (left out: no Chromium here)' : ''}`,
  () => {
    let opened: MemoryPage
    let client: Client

    beforeAll(async () => {
      opened = await openMemoryPage({ tenants: 12 })
      client = createRouterClient(router, { context: opened.panel.context })
    })
    afterAll(() => opened?.close())

    const hostOf = (name: string): MemoryHost => {
      const host = opened.panel.hosts.get(name)
      if (host === undefined) throw new Error(`there is no host ${name}`)
      return host
    }
    const serverOf = async (name: string) =>
      (await client.host.list()).find((host) => host.name === name)?.server
    /** By the sign that every screen shows, as an operator would come to it. */
    const openHost = async (sign: string, name: string): Promise<void> => {
      const { page } = opened
      const sidebar = page.getByRole('link', { name: /Hosts/ })
      await sidebar.filter({ hasText: `${sign}: ${name}` }).click()
      await page.getByRole('main').getByRole('link', { name, exact: true }).click()
      await page.getByText(/^Checked /).waitFor()
    }
    const alert = (words: string) => opened.page.getByRole('alert').filter({ hasText: words })
    /** Commands are set as code wherever a sentence has one. */
    const expectNoBackticks = async () =>
      expect(await opened.page.locator('body').innerText()).not.toContain('`')

    test('is told on every screen and keeps what is to be closed pending, until the operator takes it', async () => {
      const { page } = opened
      const tenant = (await client.tenant.list({ host: 'nyc1' })).find(
        ({ allow, state }) => state === 'running' && allow.length > 0,
      )
      const cidr = tenant?.allow[0]?.cidr
      if (tenant === undefined || cidr === undefined) throw new Error('no tenant there lets anybody in')
      const { id, name } = tenant
      const { state } = hostOf('nyc1').helper
      const isLetIn = () => state.tenants[id]?.allow.some((entry) => entry.cidr === cidr)
      const isPending = async () => (await client.tenant.show({ name })).pending.length > 0
      state.hostId = 'f'.repeat(32)
      await openHost('Another server than before', 'nyc1')
      const banner = alert('nyc1 is another server than before')
      expect(await page.getByRole('main').getByRole('link', { name: 'Prepare', exact: true }).count()).toBe(0)
      await expectNoBackticks()

      expect(await problemOf(client.tenant.revoke({ name, cidrs: [cidr] }))).toMatchObject({
        code: 'NOT_IN_FORCE',
      })
      expect(await problemOf(client.tenant.annotate({ name, notes: 'not yet' }))).toMatchObject({
        code: 'SERVER_REPLACED',
      })
      await page.goto(page.url().replace(/#.*/, `#/tenants/${id}`))
      const pending = page.getByRole('status').filter({ hasText: 'Not in force yet' })
      await pending.waitFor()
      expect(await pending.innerText()).toContain('nyc1 is another server than before, so it waits')
      await pending.getByRole('button', { name: 'Look at the host' }).click()

      await banner.getByRole('button', { name: 'Take this server…' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByText(/has records of/).waitFor()
      const meaning = await dialog.innerText()
      expect(meaning).toContain(name)
      expect(meaning).toContain(`revoking ${cidr}`)
      await expectNoBackticks()
      await dialog.getByRole('button', { name: 'Cancel' }).click()
      await dialog.waitFor({ state: 'detached' })
      expect([await serverOf('nyc1'), isLetIn(), await isPending()]).toEqual([
        expect.objectContaining({ kind: 'replaced' }),
        true,
        true,
      ])

      await banner.getByRole('button', { name: 'Take this server…' }).click()
      await dialog.getByRole('button', { name: 'Take this server', exact: true }).click()
      await banner.waitFor({ state: 'detached' })
      await until('it is closed on the server that was taken', () => isLetIn() === false)
      await until('nothing is pending', async () => !(await isPending()))
      expect(await serverOf('nyc1')).toBeNull()
      await client.tenant.annotate({ name, notes: 'goes on' })
      expect(state.tenants[id]?.notes).toBe('goes on')
    })

    test('that is a copy of another host says how it becomes a server of its own', async () => {
      const { page } = opened
      hostOf('tor1').helper.state.hostId = hostOf('sgp1').helper.state.hostId
      await openHost('Copy of another server', 'tor1')
      const text = await alert('tor1 is a copy of sgp1').innerText()
      expect(text).toMatch(/server of its own, run sudo rm -r \/var\/lib\/memharbor on tor1, not on sgp1/)
      await expectNoBackticks()
      await alert('tor1 is a copy of sgp1').getByRole('link', { name: 'Prepare tor1' }).click()
      // Its registry is a new one afterwards, and has to be taken like that of every other server.
      hostOf('tor1').helper.state.hostId = 'a'.repeat(32)
      await page
        .getByRole('link', { name: /Hosts/ })
        .filter({ hasText: 'Another server than before: tor1' })
        .waitFor()
    })

    test('under two names is kept under one of them', async () => {
      const { page } = opened
      const [first, second] = [hostOf('fra1'), hostOf('sgp1')]
      second.bootId = first.bootId
      second.helper.state.hostId = first.helper.state.hostId
      await openHost('One server under two names', 'sgp1')
      const banner = alert('sgp1 and fra1 are one server under two names')
      await banner.getByRole('button', { name: 'Remove the host…' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByText('fra1 stays here as it is').waitFor()
      await dialog.getByRole('textbox').fill('sgp1')
      await dialog.getByRole('button', { name: 'Forget this host' }).click()
      await dialog.waitFor({ state: 'detached' })
      expect((await client.host.list()).map((host) => [host.name, host.server])).toEqual([
        ['fra1', null],
        ['nyc1', null],
        ['tor1', expect.objectContaining({ kind: 'replaced' })],
      ])
    })
  },
)
