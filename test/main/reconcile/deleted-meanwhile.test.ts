import { beforeAll, expect, it } from 'vitest'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import { problemOf, readWork } from '../panel.ts'
import { withOther } from '../panel-host.ts'
import { usePutBackSuite } from './put-back-suite.ts'

describeOnHosts(
  'a tenant that another panel deletes, or that its host has lost, during a change of it',
  () => {
    const suite = usePutBackSuite()
    const { at, cutBeforeRecord, look, talk, make, keep, putBack, allowOf, marked } = suite
    const tenants = () => suite.world.panel.client.tenant
    const deleteElsewhere = (name: string) =>
      withOther(suite.world.host, (other) =>
        readWork(other.client.tenant.delete({ name, confirmed: true })),
      ).then(() => undefined)

    beforeAll(() => make('noted'))

    it.each([
      ['grow', 'before limit-container'],
      ['restart', 'before restart-container'],
      ['flush', 'before flush-cache'],
    ] as const)('a %s that fails by it does not make it again', async (verb, point) => {
      const name = `${verb}n`
      const port = await make(name)
      await look()
      at.set(point, () => deleteElsewhere(name))
      const which = { name, confirmed: true } as const
      const verbs: Record<typeof verb, () => Promise<unknown>> = {
        grow: () => readWork(tenants().resize({ ...which, memoryMb: 24 })),
        restart: () => readWork(tenants().restart(which)),
        flush: () => tenants().flush(which),
      }
      await problemOf(verbs[verb]())
      expect(await talk(port)).toBe('timeout')
      await look()
      expect([await talk(port), await allowOf(name), await marked()]).toEqual([
        'timeout',
        undefined,
        undefined,
      ])
      await withOther(suite.world.host, async (other) => {
        expect((await other.client.tenant.list({})).map((tenant) => tenant.name)).not.toContain(name)
      })
    })

    it('allow, cut off: put back later, it lets in nobody by that', async () => {
      const name = 'allowed'
      const { client } = suite
      const port = await make(name, false)
      await look()
      cutBeforeRecord()
      await problemOf(tenants().allow({ name, entries: [{ cidr: client.address4 }] }))
      await suite.world.reopen(async () => {
        await suite.world.host.startSsh()
        await deleteElsewhere(name)
      })
      await look()
      expect(await allowOf(name)).toBeUndefined()
      await readWork(tenants().restore({ name }))
      await tenants().resume({ name })
      expect(await talk(port)).toBe('timeout')
    })

    it('resume, cut off, on a host that has lost it: the plan to give it back lets in nobody', async () => {
      const name = 'lost'
      await keep()
      const port = await make(name)
      await tenants().suspend({ name })
      await look()
      cutBeforeRecord()
      await problemOf(tenants().resume({ name }))
      await putBack(undefined, () => suite.world.host.startSsh())
      await look()
      expect(await marked()).toEqual([name])
      await suite.recover('panel')
      expect([await talk(port), (await tenants().show({ name })).state]).toEqual(['timeout', 'suspended'])
    })

    it('put back here after its delete, which the host remembers alone: it is not deleted, and asked', async () => {
      const { host } = suite.world
      const name = 'back'
      const port = await make(name)
      await readWork(tenants().delete({ name, confirmed: true }))
      await keep()
      // Where the history of the host is after the restore is not asked any more.
      at.set('after await-answer', () => host.dropLink())
      await readWork(tenants().restore({ name }))
      await putBack('noted', async () => {
        await host.cutSsh()
        await host.restoreLink()
      })
      await look()
      expect(await allowOf(name)).toBeDefined()
      expect(await marked()).toContain(name)
      await suite.recover('panel')
      expect(await talk(port)).toBe('answer')
    })
  },
)
