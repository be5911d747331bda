import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { listHosts } from '../../../src/main/adapters/store/hosts.ts'
import type { Client } from '../../hosts/client.ts'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import { memcacheTalk } from '../../hosts/memcache-talk.ts'
import { askOne } from '../../resources/host/helper-host.ts'
import { nextOperation } from '../../resources/host/requests.ts'
import { forgetPast } from '../hosts/registry/forget-past.ts'
import { createTenant, problemOf } from '../panel.ts'
import { type PanelHost, withOther } from '../panel-host.ts'
import { startPreparedPanelHost } from '../prepared-host.ts'
import { keepState, putStateBack } from './kept-state.ts'

const answer = { kind: 'answer' }
const closed = { kind: 'timeout' }

describeOnHosts('where the history of a host is', () => {
  let world: PanelHost
  let client: Client
  let port: number

  beforeAll(async () => {
    // Questions beside a change are asked at once.
    world = await startPreparedPanelHost({ timeLimits: { historyEveryMs: 0 } })
    client = await world.addClient()
  })
  afterAll(() => world?.stop())

  const talk = () => memcacheTalk(client, world.host.address4, port)

  describe('it was changed more often since than its helper remembers', () => {
    beforeAll(async () => {
      port = (await createTenant(world.panel, { name: 'acme', memoryMb: 16, allow: entries() })).port
      await createTenant(world.panel, { name: 'other', memoryMb: 16 })
      await look()
    })

    const entries = () => [{ cidr: `${client.address4}/32`, label: '' }]
    const look = () => world.panel.client.tenant.list({})
    const revoke = () => world.panel.client.tenant.revoke({ name: 'acme', cidrs: [client.address4] })
    /** Where this panel has last agreed with the host, and where the host is. */
    const agreed = async () => {
      const [row] = await world.panel.context.services.store.read(listHosts)
      return { revision: row?.revision, history: row?.history, putBack: row?.putBack }
    }
    const there = async () => {
      const { revision, history } = await askOne(world.host, { v: 1, op: 'hello' })
      return { revision, history, putBack: null }
    }
    /** As another panel would, by the helper itself. */
    const change = async (name: string, values: object): Promise<void> => {
      const { tenants } = await askOne(world.host, { v: 1, op: 'records' })
      const records = Object.values(tenants as Record<string, { name: string; revision: number }>)
      const { revision: ifRevision, ...tenant } = records.find((each) => each.name === name) ?? {}
      const changed = { v: 1, op: 'put', operationId: nextOperation(), ifRevision, tenant }
      expect(await askOne(world.host, { ...changed, tenant: { ...tenant, ...values } })).toMatchObject({
        ok: true,
      })
    }
    it('what another panel let in again since stays, and from now on this counts as known', async () => {
      await revoke()
      await look()
      expect(await agreed()).toEqual(await there())
      await change('acme', { allow: entries() })
      await forgetPast(world.host)
      expect(await talk()).toMatchObject(answer)
      await look()
      expect(await talk()).toMatchObject(answer)
      expect(await agreed()).toEqual(await there())
      expect(await world.panel.client.program.takeNotices()).toEqual(['Another panel changed acme on web1.'])
    })

    it('it was put back before that: a record that is older is closed again', async () => {
      // A fresh program takes in first what the host has.
      await world.reopen()
      await world.panel.client.tenant.annotate({ name: 'other', notes: 'mine' })
      await keepState(world.host)
      await revoke()
      await look()
      await world.panel.context.services.background.idle(5_000)
      await putStateBack(world.host)
      // In the end it says what the panel has: nothing is left to be asked.
      for (const notes of ['one', 'two', 'three', 'mine']) await change('other', { notes })
      await forgetPast(world.host)
      expect(await talk()).toMatchObject(answer)
      await look()
      expect(await talk()).toEqual(closed)
      await look()
      expect(await agreed()).toEqual(await there())
    })

    it('the history alone confirms nothing: the records have not been seen', async () => {
      await look()
      const before = await agreed()
      await change('other', { notes: 'newer' })
      await forgetPast(world.host)
      // A closing asks beside it where the history is.
      await world.panel.client.tenant.suspend({ name: 'acme' })
      await world.panel.context.services.background.idle(5_000)
      expect(await agreed()).toEqual(before)
      await look()
      expect(await agreed()).toEqual(await there())
    })
  })

  describe("a host that was put back is at the same revision again, by another laptop's revoke", () => {
    let made = 0

    beforeAll(() => world.renew(undefined, {}))
    beforeEach(async () => {
      made += 1
      const allow = [{ cidr: client.address4 }]
      port = (await createTenant(world.panel, { name: nameNow(), memoryMb: 16, allow })).port
      await world.reopen()
    })

    const nameNow = (): string => `acme${made}`
    const annotate = (notes: string) => world.panel.client.tenant.annotate({ name: nameNow(), notes })
    const revokeAfterPutBack = async (): Promise<void> => {
      await putStateBack(world.host)
      await withOther(world.host, (other) =>
        other.client.tenant.revoke({ name: nameNow(), cidrs: [client.address4] }),
      )
      expect(await talk()).toEqual(closed)
    }
    const expectClosed = async (): Promise<void> => {
      expect(await problemOf(annotate('later'))).toMatchObject({ code: 'HOST_PUT_BACK' })
      expect(await talk()).toEqual(closed)
    }

    it('a fresh program asks before it changes anything', async () => {
      await keepState(world.host)
      await annotate('newer')
      await world.reopen(revokeAfterPutBack)
      await expectClosed()
    })

    it('an open panel without a page does so over a new connection', async () => {
      await keepState(world.host)
      await annotate('newer')
      await world.panel.context.services.background.idle(5_000)
      await world.host.cutSsh()
      await revokeAfterPutBack()
      await expectClosed()
    })
  })
})
