import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Client, startClient } from '../hosts/client.ts'
import { until } from '../hosts/condition.ts'
import { type LiveHost, startLiveHost } from '../hosts/live/live-host.ts'
import { observeLiveRoot } from '../hosts/live/live-platform.ts'
import type { Suite } from '../hosts/live/suites.ts'
import { memcacheTalk } from '../hosts/memcache-talk.ts'
import { fillCache } from '../main/journey/cache-load.ts'
import { addSandbox, createTenant, openPanel, type Panel, prepareSandbox, readWork } from '../main/panel.ts'
import { mustExec } from './boot-service.ts'

const timeout = 600_000
const names = Array.from({ length: 20 }, (_, at) => `tenant-${at}`)
const suspended = names.filter((_, at) => at % 4 === 0)
const answering = names.filter((name) => !suspended.includes(name))
/** Was larger: its container is older than its size. */
const shrunk = 'tenant-1'
const megabyte = 2 ** 20

/** Whatever else is between Docker's death and a host's: what each version of Docker makes of that. */
const testKilledDocker = async (suite: Suite): Promise<void> => {
  const root = await observeLiveRoot(suite)
  const skipped = root.kind === 'ready' ? '' : ` (${root.reason})`
  describe.skipIf(root.kind !== 'ready')(
    `Docker is killed under twenty tenants of a live host of ${suite}${skipped}`,
    { timeout },
    () => {
      let host: LiveHost
      let client: Client
      let panel: Panel
      const ports = new Map<string, number>()

      beforeAll(async () => {
        if (root.kind !== 'ready') throw new Error(root.reason)
        host = await startLiveHost({ root: root.path, sudo: 'nopasswd' })
        client = await startClient(host, { index: 0 })
        panel = await openPanel()
        await addSandbox(panel, host)
        await prepareSandbox(panel, host)
        for (const name of names) {
          const memoryMb = name === shrunk ? 64 : 16
          const { port } = await createTenant(panel, { name, memoryMb, allow: [{ cidr: 'anyone' }] })
          ports.set(name, port)
        }
        for (const name of suspended) await panel.client.tenant.suspend({ name })
        await readWork(panel.client.tenant.resize({ name: shrunk, memoryMb: 16, confirmed: true }))
      }, timeout)
      afterAll(async () => {
        await panel?.stop()
        await client?.stop()
        await host?.stop()
      }, timeout)

      const talk = (name: string, words?: string) =>
        memcacheTalk(client, host.address4, ports.get(name) ?? 0, words)
      const inspectShrunk = async () => {
        const { id } = await panel.client.tenant.show({ name: shrunk })
        const format = '{{.State.Pid}} {{.State.OOMKilled}} {{.RestartCount}}'
        return mustExec(host, `docker inspect -f '${format}' memharbor-${id}`)
      }

      it.each<[string, () => Promise<unknown>]>([
        ['Docker was killed', () => mustExec(host, 'systemctl kill --signal=SIGKILL docker')],
        ['Docker was restarted', () => mustExec(host, 'systemctl restart docker')],
        ['its host was rebooted', () => host.reboot()],
      ])('all answer again after %s, without a laptop, and suspended ones stay closed', async (_, end) => {
        const first = Date.now()
        await end()
        // The size of now is that of the first answer, and whoever fills the cache then kills nothing.
        await until('the shrunken one answers', async () => (await talk(shrunk)).kind === 'answer', timeout)
        expect(await talk(shrunk, 'stats\r\n')).toMatchObject({
          text: expect.stringContaining(`limit_maxbytes ${16 * megabyte}\r\n`),
        })
        const before = await inspectShrunk()
        await fillCache(client, host.address4, ports.get(shrunk) ?? 0, 60_000)
        expect(await inspectShrunk()).toBe(before)
        expect(before).toMatch(/ false 0$/)
        for (const name of answering) {
          await until(`${name} answers`, async () => (await talk(name)).kind === 'answer', timeout)
        }
        for (const name of suspended) expect([name, await talk(name)]).toEqual([name, { kind: 'timeout' }])

        const isTold = async () =>
          (await panel.client.tenant.list({}).catch(() => [])).every(
            ({ state, suspended, lastLoss, faults }) =>
              (suspended ? state === 'suspended' : state === 'running') &&
              (suspended || (lastLoss?.withDocker === true && faults.includes('cache-lost'))) &&
              Date.parse(lastLoss?.at ?? new Date().toISOString()) > first - 1_000,
          )
        await until('each cache is told as lost with its Docker', isTold, timeout)
        const noted = await panel.client.activity.list({ host: host.name })
        const newest = noted.find(({ kind }) => kind === 'host docker')
        expect(Date.parse(newest?.startedAt ?? '')).toBeGreaterThan(first - 1_000)
        const { lines } = await panel.client.host.check({ name: host.name })
        expect(lines.filter(({ subject }) => subject === 'Tenants' || subject === 'Closings')).toEqual([])
      })

      it('one entry for each of these is in the activity', async () => {
        const noted = await panel.client.activity.list({ host: host.name })
        expect(noted.filter(({ kind }) => kind === 'host docker')).toHaveLength(3)
      })

      it('a check and the list say where one is down that should run', async () => {
        const { id } = await panel.client.tenant.show({ name: 'tenant-2' })
        await mustExec(host, `docker stop memharbor-${id}`)
        const { lines } = await panel.client.host.check({ name: host.name })
        expect(lines.filter(({ subject }) => subject === 'Tenants')).toMatchObject([
          { verdict: 'bad', sentence: '1 of 20 tenants does not run: tenant-2.' },
        ])
        const listed = await panel.client.tenant.list({})
        expect(listed.find(({ name }) => name === 'tenant-2')).toMatchObject({ state: 'stopped' })
      })
    },
  )
}

for (const suite of ['trixie', 'forky'] as const) await testKilledDocker(suite)
