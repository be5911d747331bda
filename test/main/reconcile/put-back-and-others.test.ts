import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Client, startClient } from '../../hosts/client.ts'
import { until } from '../../hosts/condition.ts'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import { memcacheTalk } from '../../hosts/memcache-talk.ts'
import { runScript } from '../../hosts/run-script.ts'
import { awaitNoHelper } from '../../resources/host/helper-host.ts'
import type { Call } from '../journey/crash/job.ts'
import { openVictims, type Victims } from '../journey/crash/victim.ts'
import { createTenant, problemOf, readWork } from '../panel.ts'
import { type PanelHost, withOther } from '../panel-host.ts'
import { startPreparedPanelHost } from '../prepared-host.ts'
import { buildSharedProgram } from '../program.ts'
import { keepState, putStateBack } from './kept-state.ts'

const closed = { kind: 'timeout' }
const office = '203.0.113.50'

describeOnHosts('a host is put back and then changed by others, so that its records are newer again', () => {
  let world: PanelHost
  let client: Client
  let victims: Victims
  /** Called when a closing is about to be asked for. */
  let beforeClosing: (() => Promise<unknown>) | undefined

  beforeAll(async () => {
    const program = new URL('../journey/crash/program.ts', import.meta.url).pathname
    victims = openVictims(await buildSharedProgram(program))
    const atPoint = async (point: string): Promise<void> => {
      if (point === 'before close-access') await beforeClosing?.()
    }
    world = await startPreparedPanelHost({ atPoint })
    client = await startClient(world.host, { index: 0 })
  })
  afterAll(async () => {
    await client?.stop()
    await world?.stop()
    await victims?.close()
  })

  const panel = () => world.panel.client
  const list = () => panel().tenant.list({})
  const find = async (name: string) => (await list()).find((tenant) => tenant.name === name)
  const marked = async () => (await panel().host.list())[0]?.putBack
  const talk = (port: number) => memcacheTalk(client, world.host.address4, port)
  const idle = () => world.panel.context.services.background.idle(20_000)
  /** A tenant that lets the client and an office in, as a backup has it. */
  const begin = async (name: string): Promise<number> => {
    const allow = [client.address4, office].map((cidr) => ({ cidr }))
    const { port } = await createTenant(world.panel, { name, memoryMb: 16, allow })
    await list()
    await world.reopen(async () => {
      await awaitNoHelper(world.host)
      await keepState(world.host)
    })
    return port
  }
  /** The same, and this panel has shut the client out since. */
  const beginRevoked = async (name: string): Promise<number> => {
    const port = await begin(name)
    await panel().tenant.revoke({ name, cidrs: [client.address4] })
    await list()
    await idle()
    return port
  }
  /** Between two programs of this panel. */
  const putBack = async (
    name: string,
    change: 'notes' | 'restart' | 'none',
    before?: () => Promise<unknown>,
  ) => {
    await world.reopen(async () => {
      await before?.()
      await awaitNoHelper(world.host)
      await putStateBack(world.host)
      if (change === 'none') return
      await withOther(world.host, async (other) => {
        if (change === 'restart') await readWork(other.client.tenant.restart({ name, confirmed: true }))
        for (const notes of ['a', 'b', 'c', 'd', 'e']) await other.client.tenant.annotate({ name, notes })
      })
    })
  }
  const cutOff = (call: Call, stopAt: string) => () =>
    victims.run({ dataDir: world.panel.dataDir, call, stopAt })

  it('a tenant that was deleted by a program that did nothing else stays deleted', async () => {
    const port = await begin('gone')
    await readWork(panel().tenant.delete({ name: 'gone', confirmed: true }))
    await putBack('gone', 'restart')
    expect(await talk(port)).toMatchObject({ kind: 'answer' })
    await list()
    await idle()
    expect(await talk(port)).toEqual(closed)
    expect(await marked()).toMatchObject({ tenants: ['gone'] })
    await settle('panel')
  })

  it('what a retry has closed is closed again', async () => {
    const port = await begin('retried')
    await world.host.stopSsh()
    await world.host.cutSsh()
    const refused = await problemOf(panel().tenant.revoke({ name: 'retried', cidrs: [client.address4] }))
    expect(refused.code).toBe('NOT_IN_FORCE')
    await world.host.startSsh()
    await until('the retry has closed it', async () => (await talk(port)).kind === 'timeout', 60_000)
    await putBack('retried', 'notes')
    await list()
    await idle()
    expect(await talk(port)).toEqual(closed)
    expect((await find('retried'))?.allow).toHaveLength(1)
    await settle('panel')
  })

  it.each([
    ['revoked', 'allow', { name: 'revoked', entries: [{ cidr: '203.0.113.9' }] }],
    ['suspended', 'resize', { name: 'suspended', memoryMb: 32, confirmed: true }],
  ] as const)('%s, and a change that was cut off is recovered beside it', async (name, verb, input) => {
    const port = await begin(name)
    if (verb === 'allow') await panel().tenant.revoke({ name, cidrs: [client.address4] })
    else await panel().tenant.suspend({ name })
    await list()
    await idle()
    await putBack(name, 'notes', cutOff({ verb, input } as Call, 'before write-record'))
    await list()
    await idle()
    expect(await talk(port)).toEqual(closed)
    await idle()
    const now = await find(name)
    expect(await talk(port)).toEqual(closed)
    if (verb === 'allow') expect(now?.allow.map(({ cidr }) => cidr)).not.toContain(`${client.address4}/32`)
    else expect(now?.state).toBe('suspended')
    await settle('panel')
  })

  it('revoked, deleted, and a restore that was cut off is recovered beside it', async () => {
    const name = 'returned'
    const port = await begin(name)
    await panel().tenant.revoke({ name, cidrs: [client.address4] })
    await readWork(panel().tenant.delete({ name, confirmed: true }))
    await list()
    await putBack(name, 'none', cutOff({ verb: 'restore', input: { name } }, 'before reserve-port'))
    await list()
    await idle()
    await list()
    await idle()
    expect((await talk(port)).kind).not.toBe('answer')
    expect((await find(name))?.allow.map(({ cidr }) => cidr) ?? []).not.toContain(`${client.address4}/32`)
    await settle('panel')
  })

  it('nothing is taken in where the link is lost before its history could be asked', async () => {
    const name = 'away'
    const port = await beginRevoked(name)
    await putBack(name, 'notes', () => world.host.pauseDocker())
    await world.host.pauseDocker()
    const looking = list()
    await until(
      'it has read the records',
      async () => (await world.host.exec(['pgrep', '-f', 'memharbor-host'])).status === 0,
    )
    await world.host.stopSsh()
    await world.host.cutSsh()
    const listed = await looking
    expect(listed.find((tenant) => tenant.name === name)?.allow).toHaveLength(1)
    await world.host.resumeDocker()
    await world.host.startSsh()
    await until(
      'it is closed again',
      async () => {
        await list()
        return (await talk(port)).kind === 'timeout'
      },
      60_000,
    )
    expect((await find(name))?.allow).toHaveLength(1)
    await settle('panel')
  })

  it('revoked and then suspended: both are closed again', async () => {
    const name = 'both'
    const port = await begin(name)
    await panel().tenant.revoke({ name, cidrs: [client.address4] })
    await panel().tenant.suspend({ name })
    await list()
    await putBack(name, 'none')
    await list()
    await settle('host')
    await panel().tenant.resume({ name })
    expect(await talk(port)).toEqual(closed)
  })

  it('the question stays while the tenant is being revoked', async () => {
    const name = 'asked'
    await begin(name)
    await panel().tenant.allow({ name, entries: [{ cidr: '203.0.113.60' }] })
    await list()
    await putBack(name, 'none')
    await list()
    const before = await marked()
    expect(before).toMatchObject({ tenants: [name] })
    let during: Awaited<ReturnType<typeof marked>>
    beforeClosing = async () => {
      beforeClosing = undefined
      await list()
      during = await marked()
    }
    await panel().tenant.revoke({ name, cidrs: [office] })
    expect(during).toEqual(before)
    await list()
    expect(await marked()).toEqual(before)
    await settle('panel')
  })

  it.each([
    ['full', 'none', undefined],
    ['stopped', 'notes', 'allow'],
  ] as const)(
    '%s: where records cannot be written, that is told, and nothing of the host is taken over',
    async (name, change, verb) => {
      const port = await beginRevoked(name)
      const input = { name, entries: [{ cidr: '203.0.113.9' }] }
      await putBack(name, change, verb && cutOff({ verb, input }, 'before write-record'))
      const folder = '/var/lib/memharbor'
      const mount = `cp -a ${folder} /root/now; mount -t tmpfs -o size=8m,mode=700 none ${folder}; cp -a /root/now/. ${folder}; mount -o remount,ro ${folder}`
      await world.reopen(async () => {
        await awaitNoHelper(world.host)
        await runScript(world.host, mount)
      })
      await list()
      await idle()
      expect(await talk(port)).toEqual(closed)
      const notices = await panel().program.takeNotices()
      expect(notices.join('\n')).toContain(
        `${name} (${client.address4}/32) could not be closed again on it: `,
      )
      await idle()
      const cidrs = async () => (await find(name))?.allow.map(({ cidr }) => cidr)
      expect(await cidrs()).not.toContain(`${client.address4}/32`)
      // Of a tenant that recovery is at, nothing is asked.
      if (verb === undefined) await problemOf(panel().host.planRecover({ name: 'web1', as: 'host' }))
      await runScript(world.host, `mount -o remount,rw ${folder}`)
      await list()
      await settle('host')
      expect(await cidrs()).not.toContain(`${client.address4}/32`)
      expect(await talk(port)).toEqual(closed)
      await world.reopen(async () => {
        await awaitNoHelper(world.host)
        await runScript(
          world.host,
          `cp -a ${folder} /root/after; umount ${folder}; rm -rf ${folder}/*; cp -a /root/after/. ${folder}; rm -rf /root/now /root/after`,
        )
      })
    },
  )

  async function settle(as: 'panel' | 'host'): Promise<void> {
    await idle()
    const { fingerprint } = await panel().host.planRecover({ name: 'web1', as })
    await readWork(panel().host.recover({ name: 'web1', as, fingerprint, confirmed: true }))
    expect(await marked()).toBeNull()
  }
})
