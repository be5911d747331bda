import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../../hosts/condition.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { skipReason } from '../../hosts/platform.ts'
import { mustRun } from '../../hosts/run.ts'
import { addSandbox, createTenant, openPanel, type Panel, prepareSandbox } from '../panel.ts'
import { startPreparedHost } from '../prepared-host.ts'
import { openPage, type Page } from './page.ts'

const reason = skipReason()
const patient = 60_000

describe.skipIf(reason !== null)(
  `a host that refuses the login${reason === null ? '' : ` (${reason})`}`,
  () => {
    let host: HostNamespace
    let panel: Panel
    let page: Page

    beforeAll(async () => {
      host = await startPreparedHost({ name: 'web1' })
      panel = await openPanel()
      await addSandbox(panel, host)
      await prepareSandbox(panel, host)
      await createTenant(panel, { name: 'acme', memoryMb: 64 })
      page = openPage(panel.client)
    })
    afterAll(async () => {
      await page?.close()
      await panel?.stop()
      await host?.stop()
    })

    const status = () => [...page.hosts.values()][0]
    const keys = (from: string, to: string) =>
      mustRun(
        host.namespace.enter(['mv', `/home/${host.user}/.ssh/${from}`, `/home/${host.user}/.ssh/${to}`]),
      )
    /** Logins that failed, as sshd tells: `Connection closed by authenticating user ann 10.0.0.1 port 40000 [preauth]`. */
    const refused = async (): Promise<number> =>
      (await readFile(join(dirname(host.identityFile), 'sshd.log'), 'utf8')).split('by authenticating user')
        .length - 1

    it('is asked once and not again by itself, and is there as soon as somebody has asked', async () => {
      await until('it is connected', () => status()?.connection === 'connected', patient)
      await keys('authorized_keys', 'put-away')
      await host.cutSsh()
      await until('it is told', () => status()?.problem === 'LOGIN_REFUSED', patient)
      const before = await refused()
      expect(before).toBeGreaterThan(0)
      const [tenant] = page.tenants.values()
      expect(await panel.client.tenant.figures({ ids: [tenant?.id ?? ''] })).toEqual({
        figures: [],
        silent: [],
      })
      expect(await refused()).toBe(before)
      await keys('put-away', 'authorized_keys')
      await panel.client.host.check({ name: 'web1' })
      await until('it is connected', () => status()?.connection === 'connected', patient)
      await until('its tenant is seen', () => page.find('acme')?.state === 'running', patient)
    })
  },
)
