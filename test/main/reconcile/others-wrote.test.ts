import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../../hosts/condition.ts'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import { runScript } from '../../hosts/run-script.ts'
import { ask, awaitNoHelper, type Reply } from '../../resources/host/helper-host.ts'
import { placed, put, reserve, wanted } from '../../resources/host/requests.ts'
import { createTenant, problemOf, readWork } from '../panel.ts'
import { type PanelHost, withOther } from '../panel-host.ts'
import { startPreparedPanelHost } from '../prepared-host.ts'
import { useUnawarePanel } from './unaware-panel.ts'

const closed = { kind: 'timeout' }
const stateFile = '/var/lib/memharbor/state.json'
const times = [
  ['2026-11-20T08:00:00Z', '2026-11-20T08:00:00.000Z'],
  ['2026-11-20T08:00:00.5Z', '2026-11-20T08:00:00.500Z'],
  ['2026-11-20T08:00:00.123456Z', '2026-11-20T08:00:00.123Z'],
  ['0999-01-01T00:00:00Z', '0999-01-01T00:00:00.000Z'],
] as const

describeOnHosts('a panel that has not looked since others wrote', () => {
  let world: PanelHost

  beforeAll(async () => {
    world = await startPreparedPanelHost()
  })
  afterAll(() => world?.stop())

  describe('changes a tenant:', () => {
    const unaware = useUnawarePanel(() => world)
    const { which, talk, shutOut } = unaware
    const restart = () => readWork(unaware.other.client.tenant.restart({ ...which(), confirmed: true }))

    it('a restart lets nobody in whom the other panel shut out', async () => {
      await shutOut()
      await restart().catch(() => {})
      expect(await talk()).toEqual(closed)
      expect((await unaware.other.client.tenant.show(which())).allow).toEqual([])
    })

    it('a delete and its undo let nobody in whom the other panel shut out', async () => {
      await shutOut()
      const { other } = unaware
      await readWork(other.client.tenant.delete({ ...which(), confirmed: true }))
      const { result } = await readWork(other.client.tenant.restore(which()))
      expect(result).toMatchObject({ allow: [], state: 'suspended' })
      expect(await talk()).toEqual(closed)
    })

    it('what the other panel deleted comes back suspended, and the other one has it again', async () => {
      await readWork(world.panel.client.tenant.delete({ ...which(), confirmed: true }))
      const { other } = unaware
      expect((await other.client.tenant.list({})).map(({ name }) => name)).not.toContain(which().name)
      const { result } = await readWork(other.client.tenant.restore(which()))
      expect(result).toMatchObject({
        state: 'suspended',
        closedWhy: expect.stringContaining('nobody gets in'),
      })
      await other.client.tenant.resume(which())
      const { id, port, allow } = result
      expect(await world.panel.client.tenant.show(which())).toMatchObject({
        id,
        port,
        allow,
        state: 'running',
      })
      expect(await talk()).toMatchObject({ kind: 'answer' })
      expect(await world.panel.client.host.list()).toMatchObject([{ putBack: null }])
    })

    it('what the other panel deleted is not taken for there where nobody has looked since', async () => {
      await readWork(world.panel.client.tenant.delete({ ...which(), confirmed: true }))
      const { result } = await readWork(unaware.other.client.tenant.restore(which()))
      expect(result).toMatchObject({
        state: 'suspended',
        closedWhy: expect.stringContaining('nobody gets in'),
      })
    })

    it('an entry that was there here is written again where the other panel took it away', async () => {
      await shutOut()
      const { other, client } = unaware
      const again = { ...which(), entries: [{ cidr: client.address4 }] }
      await other.client.tenant.allow(again).catch(() => {})
      await other.client.tenant.allow(again)
      expect(await talk()).toMatchObject({ kind: 'answer' })
    })
  })

  it("a fresh program empties no cache whose name is another tenant's by now", async () => {
    const { id } = await createTenant(world.panel, { name: 'shop' })
    await createTenant(world.panel, { name: 'blog' })
    await world.reopen(() =>
      withOther(world.host, async ({ client }) => {
        await client.tenant.rename({ name: 'shop', newName: 'store' })
        await client.tenant.rename({ name: 'blog', newName: 'shop' })
      }),
    )
    const restarting = readWork(world.panel.client.tenant.restart({ name: 'shop', confirmed: true }))
    expect(await problemOf(restarting)).toMatchObject({
      code: 'TENANT_RENAMED',
      details: { tenant: 'shop', now: 'store' },
    })
    expect(await world.panel.client.tenant.show({ name: 'store' })).toMatchObject({ id, state: 'running' })
  })

  it('a fresh program tells whom it suspended where another panel renamed it, and deletes none by such a name', async () => {
    const { id } = await createTenant(world.panel, { name: 'cart' })
    await createTenant(world.panel, { name: 'news' })
    const rename = () =>
      withOther(world.host, async ({ client }) => {
        await client.tenant.rename({ name: 'cart', newName: 'basket' })
        await client.tenant.rename({ name: 'news', newName: 'cart' })
      })
    await world.reopen(rename)
    const told = 'Another panel has renamed cart on web1: it is called basket now'
    const notices: string[] = []
    await world.panel.client.tenant.suspend({ name: 'cart' })
    await until('it is told whom the suspend concerned', async () => {
      notices.push(...(await world.panel.client.program.takeNotices()))
      return notices.some((notice) => notice.includes(told))
    })
    await world.panel.client.tenant.list({})
    await world.panel.client.tenant.resume({ name: 'basket' })
    await world.reopen(() =>
      withOther(world.host, async ({ client }) => {
        await client.tenant.rename({ name: 'basket', newName: 'carts' })
        await client.tenant.rename({ name: 'cart', newName: 'basket' })
      }),
    )
    const deleting = readWork(world.panel.client.tenant.delete({ name: 'basket', confirmed: true }))
    expect(await problemOf(deleting)).toMatchObject({
      code: 'TENANT_RENAMED',
      details: { tenant: 'basket', now: 'carts' },
    })
    await readWork(world.panel.client.tenant.delete({ name: 'basket', confirmed: true }))
    expect(await world.panel.client.tenant.show({ name: 'carts' })).toMatchObject({ id, state: 'running' })
  })

  it('one name that two panels ask for at the same moment is made once, and the other one is told', async () => {
    await withOther(world.host, async (other) => {
      const both = [world.panel, other]
      // Neither looks at the host once more before it makes one.
      for (const panel of both) await panel.client.tenant.list({})
      const outcomes = await Promise.all(
        both.map((panel) =>
          createTenant(panel, { name: panel === other ? 'Both' : 'both', memoryMb: 64 }).then(
            ({ id }) => ({ id }),
            (error: unknown) => problemOf(Promise.reject(error)),
          ),
        ),
      )
      const made = outcomes.flatMap((outcome) => ('id' in outcome ? [outcome.id] : []))
      expect(made).toHaveLength(1)
      expect(outcomes.find((outcome) => 'code' in outcome)).toMatchObject({
        ...{ code: 'NAME_TAKEN', message: expect.stringContaining('Another panel has made a tenant named') },
      })
      for (const panel of both) expect((await panel.client.tenant.show({ name: 'both' })).id).toBe(made[0])
    })
  })

  describe('takes in records that', () => {
    it('come in with whatever digits their time has', async () => {
      const replies: (Reply | undefined)[] = []
      await world.reopen(async () => {
        for (const [index, [createdAt]] of times.entries()) {
          const id = `tenant0${index}`
          const [reserved] = await ask(world.host, reserve(id, { tenant: wanted(id, { createdAt }) }))
          const record = placed(id, { createdAt, port: reserved?.['port'] })
          replies.push(reserved, ...(await ask(world.host, put(reserved?.['revision'] as number, record))))
        }
      })
      expect(replies.map((reply) => reply?.ok)).toEqual(replies.map(() => true))
      await createTenant(world.panel, { name: 'mine', memoryMb: 64 })
      const seen = Object.fromEntries(
        (await world.panel.client.tenant.list({})).map(({ name, createdAt }) => [name, createdAt]),
      )
      expect(seen).toMatchObject(Object.fromEntries(times.map(([, at], index) => [`tenant0${index}`, at])))
    })

    it('with a time that there is not stay out by themselves, and it is said which', async () => {
      // A panel that does not know any of them.
      await world.renew(async () => {
        await awaitNoHelper(world.host)
        await runScript(world.host, `sed -i s/2026-11-20T08:00:00Z/2026-02-31T08:00:00Z/ ${stateFile}`)
      })
      await createTenant(world.panel, { name: 'next', memoryMb: 64 })
      const names = (await world.panel.client.tenant.list({})).map(({ name }) => name)
      expect(names).toEqual(expect.arrayContaining(['next', 'mine', 'tenant01']))
      expect(names).not.toContain('tenant00')
      expect(await world.panel.client.program.takeNotices()).toContainEqual(
        expect.stringContaining('not taken in: tenant00 (time of its making)'),
      )
    })
  })
})
