import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../../hosts/condition.ts'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { runScript } from '../../hosts/run-script.ts'
import { awaitNoHelper } from '../../resources/host/helper-host.ts'
import {
  addSandbox,
  createTenant,
  openPanel,
  type Panel,
  prepareSandbox,
  problemOf,
  readWork,
} from '../panel.ts'
import { keepState, putStateBack } from './kept-state.ts'
import { describeMovedAddress, useTwoServers } from './moved-address.ts'

const stateFile = '/var/lib/memharbor/state.json'
const bootFile = '/proc/sys/kernel/random/boot_id'

describeOnHosts('two servers', () => {
  const servers = useTwoServers()
  let first: HostNamespace
  let second: HostNamespace
  let panel: Panel

  beforeAll(() => {
    ;({ first, second } = servers)
  })
  /** Leaves the servers without tenants to the next panel. */
  const deleteAll = async (): Promise<void> => {
    for (const { name } of await panel.client.tenant.list({}))
      await readWork(panel.client.tenant.delete({ name, confirmed: true }))
    await panel.stop()
  }

  describe('where one was put back, have names that', () => {
    const ids = new Map<string, string>()

    beforeAll(async () => {
      panel = await openPanel()
      for (const each of [first, second]) await addSandbox(panel, each)
      for (const name of ['one', 'two', 'three']) {
        ids.set(name, (await createTenant(panel, { name, host: 'web1' })).id)
      }
      await keepState(first)
    })
    afterAll(deleteAll)

    const rename = (name: string, newName: string) => panel.client.tenant.rename({ name, newName })
    const marked = async () => (await panel.client.host.list()).find(({ name }) => name === 'web1')?.putBack
    const nameOf = async (wasCalled: string) =>
      (await panel.client.tenant.list({})).find(({ id }) => id === ids.get(wasCalled))?.name
    const settle = async (): Promise<string[]> => {
      const plan = await panel.client.host.planRecover({ name: 'web1', as: 'host' })
      const input = { name: 'web1', as: 'host', fingerprint: plan.fingerprint, confirmed: true } as const
      await readWork(panel.client.host.recover(input))
      return plan.steps.map(({ sentence }) => sentence)
    }

    /** Nothing of it is asked again, neither at once nor at the next look. */
    const expectSettled = async (): Promise<void> => {
      expect(await marked()).toBeNull()
      await panel.client.tenant.list({})
      expect(await marked()).toBeNull()
      expect(await settle()).toEqual([])
    }

    it('that went around are taken over at once', async () => {
      await rename('one', 'spare')
      await rename('two', 'one')
      await rename('three', 'two')
      await rename('spare', 'three')
      await putStateBack(first)
      await panel.client.tenant.list({})
      expect((await marked())?.tenants.sort()).toEqual(['one', 'three', 'two'])
      expect(await settle()).toHaveLength(3)
      for (const name of ['one', 'two', 'three']) expect(await nameOf(name)).toBe(name)
      await expectSettled()
    })

    it('that a tenant of another host has by now are no question for ever', async () => {
      await rename('one', 'elsewhere')
      await createTenant(panel, { name: 'one', host: 'web2' })
      await putStateBack(first)
      await panel.client.tenant.list({})
      expect((await marked())?.tenants).toEqual(['elsewhere'])
      expect(await settle()).toHaveLength(1)
      expect(await nameOf('one')).toBe('one@web1')
      await expectSettled()
    })
  })

  describe('one in place of another', () => {
    const readId = async (on: HostNamespace): Promise<string> =>
      (JSON.parse(await runScript(on, `cat ${stateFile}`)) as { hostId: string }).hostId
    /** As a restored server has it: the registry of another one. */
    const setId = async (on: HostNamespace, id: string): Promise<void> => {
      await awaitNoHelper(on)
      const found = await readId(on)
      await runScript(
        on,
        `sed -i 's/${found}/${id}/' ${stateFile}; /usr/local/sbin/memharbor-host </dev/null`,
      )
    }
    const serverOf = async (name: string) =>
      (await panel.client.host.list()).find((each) => each.name === name)?.server

    beforeAll(async () => {
      panel = await openPanel()
      await addSandbox(panel, first)
    })
    afterAll(deleteAll)

    it('is changed only when it was accepted, after it was said what that means', async () => {
      const { id } = await createTenant(panel, { name: 'acme', allow: [{ cidr: '203.0.113.7' }] })
      await panel.close()
      await setId(first, '0123456789abcdef0123456789abcdef')
      panel = await openPanel(panel.dataDir)
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
      expect(await runScript(first, 'ipset save')).toContain('203.0.113.7,')

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
        async () => !(await runScript(first, 'ipset save')).includes('203.0.113.7,'),
        30_000,
      )
      const changed = await panel.client.tenant.annotate({ name: 'acme', id, notes: 'goes on' })
      expect(changed.notes).toBe('goes on')
    })

    it('needs no question where this panel took the old registry away itself', async () => {
      await readWork(panel.client.tenant.delete({ name: 'acme', confirmed: true }))
      const before = await readId(first)
      const plan = await panel.client.host.planPrepare({ name: 'web1', undo: true })
      const undo = { name: 'web1', undo: true, fingerprint: plan.fingerprint, confirmed: true }
      await readWork(panel.client.host.prepare(undo))
      await prepareSandbox(panel, first)
      await createTenant(panel, { name: 'beta' })
      expect(await readId(first)).not.toBe(before)
      expect(await serverOf('web1')).toBeNull()
    })

    it.each([
      ['one server under two names', async () => {}],
      [
        'a copy of web1',
        async () => {
          await runScript(
            second,
            `cat /proc/sys/kernel/random/uuid >/root/boot; mount --bind /root/boot ${bootFile}`,
          )
        },
      ],
    ])('that has the registry of a host here is %s, and said to be', async (words, arrange) => {
      await arrange()
      await setId(second, await readId(first))
      const { host: added, adopted } = await addSandbox(panel, second)
      expect(adopted).toEqual([])
      expect(added.server).toMatchObject({ kind: 'twin', sentence: expect.stringContaining(words) })
      expect(panel.context.services.notices.take().join()).toContain(words)
      expect(await serverOf('web1')).toBeNull()
      await panel.client.host.remove({ name: 'web2', forget: false })
    })

    it('that is a copy has no tenant deleted on the server that it is a copy of; its unused containers go', async () => {
      const { id } = await createTenant(panel, { name: 'gamma', host: 'web1' })
      const container = `memharbor-${id}`
      const words = `--name ${container} --label io.memharbor.tenant=${id} memharbor/memcached:current`
      const long = (await runScript(second, `docker create ${words}`)).trim()
      await setId(second, await readId(first))
      await addSandbox(panel, second)
      const undo = () => problemOf(panel.client.host.planPrepare({ name: 'web2', undo: true }))
      expect(await undo()).toMatchObject({ code: 'SERVER_TWICE' })
      // As the advice has it.
      await panel.close()
      await awaitNoHelper(second)
      await runScript(second, 'rm -r /var/lib/memharbor')
      panel = await openPanel(panel.dataDir)
      await prepareSandbox(panel, second)
      const refused = await undo()
      expect(refused).toMatchObject({
        code: 'HOST_HAS_TENANTS',
        details: { tenants: [], containers: [container] },
      })
      expect(refused.advice).toContain(`\`docker rm -f ${container}\` on it`)
      const { lines } = await panel.client.host.check({ name: 'web2' })
      expect(lines).toContainEqual(
        expect.objectContaining({
          ...{ subject: 'Containers', verdict: 'note' },
          sentence: expect.stringContaining(`${container} (gamma is on web1)`),
          advice: expect.stringContaining(`\`docker rm -f ${container}\` on it`),
        }),
      )
      const ofReal = (await panel.client.host.check({ name: 'web1' })).lines
      expect(ofReal.map(({ subject }) => subject)).not.toContain('Containers')

      await panel.close()
      await second.stopDocker()
      const anHourAgo = new Date(Date.now() - 3_600_000).toISOString()
      const file = `/var/lib/docker/containers/${long}/config.v2.json`
      await runScript(second, `sed -i 's/"Created":"[^"]*"/"Created":"${anHourAgo}"/' ${file}`)
      await second.startDocker()
      panel = await openPanel(panel.dataDir)
      await until('the copy is removed', async () => {
        await panel.client.tenant.list({})
        return (await runScript(second, 'docker ps --all --quiet')) === ''
      })
      const left = await panel.client.tenant.list({})
      expect(left.map(({ name, host, state }) => ({ name, host, state }))).toEqual([
        { name: 'beta', host: 'web1', state: 'running' },
        { name: 'gamma', host: 'web1', state: 'running' },
      ])
    })
  })

  describeMovedAddress(servers, ['revoke'])
})
