import { expect, it } from 'vitest'
import { until } from '../../hosts/condition.ts'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import { memcacheTalk } from '../../hosts/memcache-talk.ts'
import { createTenant, problemOf, readWork } from '../panel.ts'
import { startPreparedHost } from '../prepared-host.ts'
import { closedAfter, soonMs } from './closed-after.ts'
import { describeClosings } from './closing-suite.ts'
import { useTwoLaptops } from './two-laptops.ts'

const everyMood = ['Docker frozen', 'Docker stopped', 'Docker restarted'] as const

describeClosings(
  'access is taken away, whatever Docker does at any step',
  async () => {
    const host = await startPreparedHost({ name: 'web1', sudo: 'nopasswd' })
    const { startDocker, stopDocker, pauseDocker, resumeDocker } = host
    const restart = async (): Promise<void> => {
      await stopDocker()
      await startDocker()
    }
    return {
      host,
      moods: {
        'Docker frozen': { goesOn: true, spoil: pauseDocker, heal: resumeDocker },
        // Containers end with it.
        'Docker stopped': { goesOn: false, spoil: stopDocker, heal: startDocker },
        'Docker restarted': { goesOn: false, spoil: restart, heal: () => Promise.resolve() },
      },
      stop: host.stop,
    }
  },
  everyMood,
  ['Docker frozen'],
  everyMood,
)

const answer = { kind: 'answer' }
const closed = { kind: 'timeout' }

describeOnHosts('access is taken away', () => {
  const laptops = useTwoLaptops()
  const { nameNow, talk, revoke } = laptops

  it('while an unfinished change of another tenant cannot be finished', async () => {
    const { world, client } = laptops
    const { id } = await createTenant(world.panel, { name: 'stuck' })
    const container = `memharbor-${id}`
    const rename = async (from: string, to: string): Promise<void> => {
      expect(await world.host.exec(['docker', 'rename', from, to])).toMatchObject({ status: 0 })
    }
    await rename(container, 'aside')
    const deleting = readWork(world.panel.client.tenant.delete({ name: 'stuck', confirmed: true }))
    expect(await problemOf(deleting)).toMatchObject({ code: 'NOT_DELETED' })
    await world.host.pauseDocker()
    try {
      await world.reopen()
      const ask = (ms: number) => memcacheTalk(client, world.host.address4, laptops.port, undefined, ms)
      expect(await closedAfter(revoke(world.panel), ask)).toBeLessThan(soonMs)
      const [stuck] = (await world.panel.client.tenant.list({})).filter(({ name }) => name === 'stuck')
      // A try of its recovery is under way, or has just failed.
      expect(stuck?.state).toMatch(/^(?:deleting|failed)$/)
    } finally {
      await world.host.resumeDocker()
      await rename('aside', container)
    }
  })

  it('an entry that only the filter has, while another program holds the records: it is closed there', async () => {
    const { world, client, port } = laptops
    const { host, panel } = world
    const cidr = `${client.address4}/32`
    await revoke(panel)
    const add = `ipset add mh4 ${client.address4},tcp:${port}`
    expect((await host.exec(['sh', '-c', add])).status).toBe(0)
    expect(await talk()).toMatchObject(answer)
    const held = await host.spawn(['flock', '/var/lib/memharbor/lock', 'sh', '-c', 'echo held; read _'])
    try {
      await until('the lock is held', async () => (await held.output()).includes('held'))
      expect(await problemOf(revoke(panel))).toMatchObject({ code: 'NOT_KEPT' })
      expect(await talk()).toEqual(closed)
    } finally {
      await held.kill()
    }
    const pending = async () => (await panel.client.tenant.show({ name: nameNow() })).pending
    await until('nothing is pending', async () => (await pending()).length === 0, 20_000)
    expect(await problemOf(revoke(panel))).toMatchObject({ code: 'ENTRY_ABSENT', details: { cidr } })
  })

  it('the same beside entries of other kinds, in a net around it: what was let in is named', async () => {
    const { world, port } = laptops
    const { host, panel } = world
    const strange = ['198.51.100.9,udp:PORT', '198.51.100.9,icmp:echo-request', '198.51.100.77,tcp:PORT']
    for (const entry of strange) {
      const add = `ipset add mh4 ${entry.replace('PORT', String(port))}`
      expect((await host.exec(['sh', '-c', add])).status).toBe(0)
    }
    const { lines } = await panel.client.host.check({ name: 'web1' })
    expect(lines.filter(({ subject }) => subject === 'Filter')).toMatchObject([
      { verdict: 'bad', sentence: `The filter lets in without a record: 198.51.100.77/32 to ${nameNow()}.` },
    ])
    const wide = () => revoke(panel, '198.51.100.0/24')
    expect(await wide()).toMatchObject({ changed: [], strays: ['198.51.100.77/32'] })
    expect(await problemOf(wide())).toMatchObject({ code: 'ENTRY_ABSENT' })
  })
})
