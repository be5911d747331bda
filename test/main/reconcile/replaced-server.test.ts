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

const stateFile = '/var/lib/memharbor/state.json'
const bootFile = '/proc/sys/kernel/random/boot_id'

describe.skipIf(reason !== null)(
  `a server in place of another${reason === null ? '' : ` (${reason})`}`,
  () => {
    let host: HostNamespace
    let other: HostNamespace
    let panel: Panel

    const root = async (on: HostNamespace, script: string): Promise<string> => {
      const { status, stdout, stderr } = await on.exec(['sh', '-ec', script])
      if (status !== 0) throw new Error(stderr)
      return stdout.trim()
    }
    const readId = async (on: HostNamespace): Promise<string> =>
      (JSON.parse(await root(on, `cat ${stateFile}`)) as { hostId: string }).hostId
    /** As a restored server has it: the registry of another one. */
    const setId = async (on: HostNamespace, id: string): Promise<void> => {
      const sessions = ['pgrep', '-f', '/usr/local/sbin/memharbor-host']
      await until('no helper runs', async () => (await on.exec(sessions)).status === 1)
      const found = await readId(on)
      await root(on, `sed -i 's/${found}/${id}/' ${stateFile}; /usr/local/sbin/memharbor-host </dev/null`)
    }
    const reopen = async (meanwhile: () => Promise<void>): Promise<void> => {
      await panel.close()
      await meanwhile()
      panel = await openPanel(panel.dataDir)
    }
    const serverOf = async (name: string) =>
      (await panel.client.host.list()).find((each) => each.name === name)?.server

    beforeAll(async () => {
      host = await startPreparedHost({ name: 'web1', sudo: 'nopasswd' })
      other = await startPreparedHost({ name: 'web2', sudo: 'nopasswd' })
      panel = await openPanel()
      await addSandbox(panel, host)
    })
    afterAll(async () => {
      await panel?.stop()
      await host?.stop()
      await other?.stop()
    })

    it('is changed only when it was accepted, after it was said what that means', async () => {
      const { id } = await createTenant(panel, { name: 'acme', allow: [{ cidr: '203.0.113.7' }] })
      await reopen(() => setId(host, '0123456789abcdef0123456789abcdef'))
      const { lines, ready } = await panel.client.host.check({ name: 'web1' })
      expect(ready).toBe(false)
      expect(lines).toContainEqual(expect.objectContaining({ subject: 'Server', verdict: 'bad' }))
      expect(
        await problemOf(panel.client.tenant.revoke({ name: 'acme', cidrs: ['203.0.113.7'] })),
      ).toMatchObject({
        code: 'NOT_IN_FORCE',
        details: { reason: expect.stringContaining('host trust web1') },
      })
      expect(await problemOf(panel.client.host.planPrepare({ name: 'web1' }))).toMatchObject({
        code: 'SERVER_REPLACED',
      })
      expect(await root(host, 'ipset save')).toContain('203.0.113.7,')

      const { replaced } = await panel.client.host.trust({ name: 'web1' })
      expect(replaced?.sentence).toMatch(
        /records of acme.*Not closed for certain on the old one: .*203\.0\.113\.7/,
      )
      const strange = { name: 'web1', registryId: 'f'.repeat(32) }
      expect(await problemOf(panel.client.host.trust(strange))).toMatchObject({ code: 'PLAN_STALE' })
      expect(await serverOf('web1')).toMatchObject({ kind: 'replaced' })

      const accepted = await panel.client.host.trust({ name: 'web1', registryId: replaced?.registryId ?? '' })
      expect(accepted).toMatchObject({ replaced: null, host: { server: null } })
      await panel.client.tenant.list({})
      await until(
        'it is closed',
        async () => !(await root(host, 'ipset save')).includes('203.0.113.7,'),
        30_000,
      )
      const changed = await panel.client.tenant.annotate({ name: 'acme', id, notes: 'goes on' })
      expect(changed.notes).toBe('goes on')
    })

    it('needs no question where this panel took the old registry away itself', async () => {
      await readWork(panel.client.tenant.delete({ name: 'acme', confirmed: true }))
      const before = await readId(host)
      const plan = await panel.client.host.planPrepare({ name: 'web1', undo: true })
      const undo = { name: 'web1', undo: true, fingerprint: plan.fingerprint, confirmed: true }
      await readWork(panel.client.host.prepare(undo))
      await prepareSandbox(panel, host)
      await createTenant(panel, { name: 'beta' })
      expect(await readId(host)).not.toBe(before)
      expect(await serverOf('web1')).toBeNull()
    })

    it.each([
      ['one server under two names', async () => {}],
      [
        'a copy of web1',
        async () => {
          await root(
            other,
            `cat /proc/sys/kernel/random/uuid >/root/boot; mount --bind /root/boot ${bootFile}`,
          )
        },
      ],
    ])('that has the registry of a host here is %s, and said to be', async (words, arrange) => {
      await arrange()
      await setId(other, await readId(host))
      const { host: added, adopted } = await addSandbox(panel, other)
      expect(adopted).toEqual([])
      expect(added.server).toMatchObject({ kind: 'twin', sentence: expect.stringContaining(words) })
      expect(panel.context.services.notices.take().join()).toContain(words)
      expect(await serverOf('web1')).toBeNull()
      await panel.client.host.remove({ name: 'web2', forget: false })
    })
  },
)
