import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { until } from '../../hosts/condition.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { skipReason } from '../../hosts/platform.ts'
import {
  addSandbox,
  createTenant,
  openPanel,
  type Panel,
  prepareSandbox,
  problemOf,
  readWork,
} from '../panel.ts'
import { startPreparedHost } from '../prepared-host.ts'

const reason = skipReason()
vi.setConfig({ testTimeout: 120_000 })

describe.skipIf(reason !== null)(
  `a host whose registry was lost, is damaged or can only be read${reason === null ? '' : ` (${reason})`}`,
  () => {
    let host: HostNamespace
    let panel: Panel

    beforeAll(async () => {
      host = await startPreparedHost({ name: 'web1', sudo: 'nopasswd' })
      panel = await openPanel(undefined, { timeLimits: { callMs: 4_000, lookMs: 2_000, heardMs: 500 } })
      await addSandbox(panel, host)
    })
    afterAll(async () => {
      await panel?.stop()
      await host?.stop()
    })

    it('has none of them pending once the operator has accepted the new one', async () => {
      for (const name of ['g1', 'g2', 'g3']) {
        await createTenant(panel, { name, allow: [{ cidr: '203.0.113.7' }] })
      }
      await host.dropLink()
      const { client } = panel
      expect(await problemOf(client.tenant.suspend({ name: 'g1' }))).toMatchObject({ code: 'NOT_IN_FORCE' })
      const deleting = readWork(client.tenant.delete({ name: 'g3', confirmed: true }))
      expect(await problemOf(deleting)).toMatchObject({ code: 'NOT_IN_FORCE' })
      await host.exec(['sh', '-c', 'rm -rf /var/lib/memharbor/*'])
      await host.restoreLink()
      await prepareSandbox(panel, host)
      const { replaced } = await client.host.trust({ name: 'web1' })
      expect(replaced?.sentence).toMatch(/suspending g1, deleting g3/)
      await client.host.trust({ name: 'web1', registryId: replaced?.registryId ?? '' })
      await until(
        'nothing is pending',
        async () => (await client.host.list())[0]?.pending.length === 0,
        20_000,
      )
      await until(
        'g3 is deleted',
        async () => (await client.tenant.list({})).every(({ name }) => name !== 'g3'),
        30_000,
      )
      const plan = await client.host.planRecover({ name: 'web1', as: 'panel' })
      await readWork(
        client.host.recover({
          name: 'web1',
          as: 'panel',
          fingerprint: plan.fingerprint,
          confirmed: true,
        }),
      )
      const tenants = await client.tenant.list({})
      expect(tenants.map(({ name, state, pending }) => ({ name, state, pending }))).toEqual([
        { name: 'g1', state: 'suspended', pending: [] },
        { name: 'g2', state: 'running', pending: [] },
      ])
    })

    it('takes access away on a disk that can only be read, and says until when', async () => {
      const { client } = panel
      const folder = '/var/lib/memharbor'
      const pending = async () => (await client.tenant.list({})).find(({ name }) => name === 'g2')?.pending
      await client.tenant.allow({ name: 'g2', entries: [{ cidr: '198.51.100.7' }] })
      await host.exec(['sh', '-ec', `mount --bind ${folder} ${folder}; mount -o remount,bind,ro ${folder}`])
      const problem = await problemOf(client.tenant.revoke({ name: 'g2', cidrs: ['198.51.100.7'] }))
      expect(problem).toMatchObject({ code: 'NOT_KEPT', details: { until: 'boot' } })
      expect(problem.message).toBe(
        `Closed on web1, but not kept there: revoking 198.51.100.7/32 of g2. ${folder} there cannot be written (Read-only file system).`,
      )
      expect(problem.advice).toMatch(/^Nobody gets in by it until web1 is booted\./)
      expect((await host.exec(['ipset', 'save', 'mh4'])).stdout).not.toContain('198.51.100.7')
      expect(await pending()).toMatchObject([{ kind: 'revoke', cidrs: ['198.51.100.7/32'], closed: true }])
      const { ready, lines } = await client.host.check({ name: 'web1' })
      expect(ready).toBe(false)
      const sentence = expect.stringMatching(
        /^\/var\/lib\/memharbor on web1 cannot be written: .* read-only\./,
      )
      expect(lines).toContainEqual(expect.objectContaining({ subject: 'System', verdict: 'bad', sentence }))
      await host.exec(['umount', folder])
      // Reading the list tries again first.
      await until('the host has kept it', async () => (await pending())?.length === 0, 20_000)
    })

    it('says who gets in with damaged records, and begins new ones when it is prepared', async () => {
      const { client } = panel
      const stateFile = '/var/lib/memharbor/state.json'
      const entries = async () => (await host.exec(['ipset', 'save', 'mh4'])).stdout.match(/^add .*/gm) ?? []
      await host.exec(['sh', '-c', `printf '{' > ${stateFile}; : > /var/lib/memharbor/journal`])
      expect(await entries()).toEqual([expect.stringContaining('203.0.113.7,tcp:')])
      const revoking = client.tenant.revoke({ name: 'g2', cidrs: ['203.0.113.7'] })
      const problem = await problemOf(revoking)
      expect(problem).toMatchObject({ code: 'NOT_KEPT', details: { until: 'repair' } })
      expect(problem.message).toBe(
        `Closed on web1, but not kept there: revoking 203.0.113.7/32 of g2. ${stateFile} is damaged: it is not JSON.`,
      )
      expect(problem.advice).toMatch(/^Nobody at all gets in on web1 until its records are put right: see/)
      expect(await entries()).toEqual([])
      const filterLine = async () =>
        (await client.host.check({ name: 'web1' })).lines.find(({ subject }) => subject === 'Filter')
      expect(await filterLine()).toMatchObject({
        verdict: 'missing',
        sentence: expect.stringMatching(/is damaged: its ports are closed to everybody\.$/),
        advice: expect.stringMatching(/prepare the host: .*host recover web1 --as-panel/),
      })
      const { plan } = await prepareSandbox(panel, host)
      expect(plan.steps.map(({ kind }) => kind)).toEqual(['renew-records'])
      expect((await host.exec(['sh', '-c', `cat ${stateFile}.damaged-*`])).stdout).toBe('{')
      expect(await entries()).toEqual([])
      // The advice of the check brings back what this panel has, and what it had closed stays closed.
      const { replaced } = await client.host.trust({ name: 'web1' })
      await client.host.trust({ name: 'web1', registryId: replaced?.registryId ?? '' })
      const { fingerprint } = await client.host.planRecover({ name: 'web1', as: 'panel' })
      await readWork(client.host.recover({ name: 'web1', as: 'panel', fingerprint, confirmed: true }))
      expect(await client.tenant.list({})).toMatchObject([
        { name: 'g1', state: 'suspended', pending: [] },
        { name: 'g2', state: 'running', pending: [], allow: [] },
      ])
      expect(await filterLine()).toMatchObject({ verdict: 'good' })
      expect(await entries()).toEqual([])
    })
  },
)
