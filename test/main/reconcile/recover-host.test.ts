import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { until } from '../../hosts/condition.ts'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { writeHostFile } from '../../hosts/host-files.ts'
import { openPage } from '../live/page.ts'
import { createTenant, problemOf, readWork } from '../panel.ts'
import { type PanelHost, withOther } from '../panel-host.ts'
import { startPreparedPanelHost } from '../prepared-host.ts'
import { createWhileEdited } from './create-while-edited.ts'

/** The program that Docker starts containers with, on Debian. */
const runc = '/usr/sbin/runc'
const [kept, refusing] = ['/root/runc-kept', '/root/runc-refusing']
/** The stand-in refuses while this file is there: a mount that Docker runs from is busy, a file never is. */
const refused = '/root/runc-refused'
const refuseToCreate = `#!/bin/sh
if [ -e ${refused} ]; then
  case " $* " in *' create '*)
    # A try before a change starts memcached for its version only.
    for word; do [ -e "$word/config.json" ] && grep -q '"-V"' "$word/config.json" && exec ${kept} "$@"; done
    echo 'refused by a test' >&2; exit 1 ;; esac
fi
exec ${kept} "$@"
`

describeOnHosts('recovery of a host', () => {
  let world: PanelHost
  let host: HostNamespace

  beforeAll(async () => {
    world = await startPreparedPanelHost()
    host = world.host
  })
  afterAll(() => world?.stop())

  describe('by a panel without a page, over a link that stays up, finishes by itself', () => {
    const timeLimits = { lookMs: 1_000, heardMs: 300, lookEveryMs: 300 }
    /** Docker ends when the program comes to this point. */
    let stopAt: string | null = null

    const atPoint = async (point: string): Promise<void> => {
      if (point !== stopAt) return
      stopAt = null
      await host.stopDocker()
    }
    /** Only the store is read: a look at the host would be an occasion to try again. */
    const last = async (name: string) =>
      (await world.panel.client.activity.list({ tenant: name, limit: 1 }))[0]?.outcome
    const stopDuring = async (point: string, work: () => Promise<unknown>): Promise<void> => {
      stopAt = point
      await expect(work()).rejects.toThrow()
      expect(stopAt).toBeNull()
    }
    const isFinished = (name: string) =>
      until('it is finished', async () => (await last(name)) === 'done', 20_000)

    beforeAll(async () => {
      for (const name of ['acme', 'gone']) await createTenant(world.panel, { name, memoryMb: 16 })
      await world.reopen(undefined, { atPoint, timeLimits })
    })

    const resize = (memoryMb: number) =>
      readWork(world.panel.client.tenant.resize({ name: 'acme', memoryMb, confirmed: true }))

    it('a change that failed and could not be taken back', async () => {
      await stopDuring('before limit-container', () => resize(32))
      expect(await last('acme')).toBe('failed')
      await host.startDocker()
      await isFinished('acme')
    })

    it('a delete that failed', async () => {
      await stopDuring('before remove-container', () =>
        readWork(world.panel.client.tenant.delete({ name: 'gone', confirmed: true })),
      )
      await host.startDocker()
      await isFinished('gone')
    })

    it('what an earlier program left, where the first try fails too', async () => {
      await stopDuring('before limit-container', () => resize(64))
      await world.reopen(undefined, { timeLimits })
      // It connects, and Docker is not there yet.
      await world.panel.client.tenant.list({})
      await world.panel.context.services.background.idle(5_000)
      await host.startDocker()
      await isFinished('acme')
    })
  })

  describe('beside other work', () => {
    let made = 0

    // Looks and the pauses of recovery follow each other faster than for people.
    beforeAll(() => world.reopen(undefined, { timeLimits: { lookEveryMs: 500 } }))
    beforeEach(() => {
      made += 1
    })
    const nameNow = (what: string): string => `${what}${made}`
    const must = async (...argv: readonly string[]): Promise<void> => {
      const { status, stderr } = await host.exec(argv)
      expect({ argv, status, stderr }).toMatchObject({ argv, status: 0 })
    }
    const find = async (name: string) =>
      (await world.panel.client.tenant.list({})).find((tenant) => tenant.name === name)

    it('one that cannot be recovered is tried again, and holds up nobody else', {
      timeout: 400_000,
    }, async () => {
      const stuck = await createTenant(world.panel, { name: nameNow('stuck') })
      await createTenant(world.panel, { name: nameNow('other') })
      // While somebody watches, the host is looked at again and again.
      const page = openPage(world.panel.client)
      try {
        // Docker can make no container, and does everything else.
        await must('cp', runc, kept)
        await writeHostFile(host.namespace, refusing, refuseToCreate, { mode: '755' })
        await must('mount', '--bind', refusing, runc)
        await must('touch', refused)
        const input = { name: stuck.name, port: stuck.port + 700, confirmed: true }
        const failed = await problemOf(readWork(world.panel.client.tenant.move(input)))
        expect(failed).toMatchObject({ code: 'DOCKER_FAILED' })
        // A try of its recovery may be under way by now.
        await expect
          .poll(async () => (await find(stuck.name))?.why, { timeout: 10_000 })
          .toContain('It is finished or taken back')

        await withOther(host, (another) =>
          another.client.tenant.annotate({ name: nameNow('other'), notes: 'by another panel' }),
        )
        await until('what another panel did is taken in', async () => {
          return (await find(nameNow('other')))?.notes === 'by another panel'
        })
        expect((await find(stuck.name))?.state).not.toBe('running')

        const toldBefore = page.operations.length
        await must('rm', refused)
        await until('it is tried again', async () => (await find(stuck.name))?.state === 'running', 60_000)
        const last = async () => (await world.panel.client.activity.list({ tenant: stuck.name, limit: 1 }))[0]
        await until('it is over', async () => (await last())?.outcome !== 'running')
        const operation = await last()
        expect(operation?.outcome).not.toBe('failed')
        // A watcher sees the steps of recovery as they go.
        const told = page.operations.slice(toldBefore).filter(({ id }) => id === operation?.id)
        const states = new Set(told.flatMap(({ steps }) => steps.map(({ state }) => state)))
        expect([...states]).toEqual(expect.arrayContaining(['started', 'done']))
      } finally {
        await must('rm', '-f', refused)
        await page.close()
      }
    })

    // Its other changes are in the long run.
    it('a create goes on while its host gets another name', () =>
      createWhileEdited(world, nameNow('acme'), { newName: 'web2' }))

    it('a host is not forgotten under a create', async () => {
      const [{ name } = { name: '' }] = await world.panel.client.host.list()
      const work = await world.panel.client.tenant.create({ name: nameNow('acme'), host: name })
      let removed: Promise<unknown> | undefined
      for (;;) {
        const next = await work.next()
        if (next.done === true) break
        if (next.value.key === 'create-container') {
          removed ??= problemOf(world.panel.client.host.remove({ name, forget: false }))
        }
      }
      expect(await removed).toMatchObject({ code: 'HOST_HAS_TENANTS' })
      expect(await find(nameNow('acme'))).toMatchObject({ state: 'running' })
    })
  })
})
