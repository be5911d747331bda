import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { until } from '../../hosts/condition.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { writeHostFile } from '../../hosts/host-files.ts'
import { skipReason } from '../../hosts/platform.ts'
import { openPage } from '../live/page.ts'
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
/** The program that Docker starts containers with, on Debian. */
const runc = '/usr/sbin/runc'
const [kept, refusing] = ['/root/runc-kept', '/root/runc-refusing']
/** The stand-in refuses while this file is there: a mount that Docker runs from is busy, a file never is. */
const refused = '/root/runc-refused'
const refuseToCreate = `#!/bin/sh
if [ -e ${refused} ]; then
  case " $* " in *' create '*) echo 'refused by a test' >&2; exit 1 ;; esac
fi
exec ${kept} "$@"
`
const helperFile = '/usr/local/sbin/memharbor-host'
/** Looks and the pauses of recovery follow each other faster than for people. */
const timeLimits = { lookEveryMs: 500 }

describe.skipIf(reason !== null)(`recovery of a host${reason === null ? '' : ` (${reason})`}`, () => {
  let host: HostNamespace
  let panel: Panel
  let made = 0

  beforeAll(async () => {
    host = await startPreparedHost({ name: 'web1', sudo: 'nopasswd' })
    panel = await openPanel(undefined, { timeLimits })
    await addSandbox(panel, host)
    await prepareSandbox(panel, host)
  })
  afterAll(async () => {
    await panel?.stop()
    await host?.stop()
  })
  beforeEach(() => {
    made += 1
  })
  const nameNow = (what: string): string => `${what}${made}`
  const must = async (...argv: readonly string[]): Promise<void> => {
    const { status, stderr } = await host.exec(argv)
    expect({ argv, status, stderr }).toMatchObject({ argv, status: 0 })
  }
  const find = async (of: Panel, name: string) =>
    (await of.client.tenant.list({})).find((tenant) => tenant.name === name)

  it('one that cannot be recovered is tried again, and holds up nobody else', {
    timeout: 120_000,
  }, async () => {
    const stuck = await createTenant(panel, { name: nameNow('stuck') })
    await createTenant(panel, { name: nameNow('other') })
    // While somebody watches, the host is looked at again and again.
    const page = openPage(panel.client)
    try {
      // Docker can make no container, and does everything else.
      await must('cp', runc, kept)
      await writeHostFile(host.namespace, refusing, refuseToCreate, { mode: '755' })
      await must('mount', '--bind', refusing, runc)
      await must('touch', refused)
      const input = { name: stuck.name, port: stuck.port + 700, confirmed: true }
      const failed = await problemOf(readWork(panel.client.tenant.move(input)))
      expect(failed).toMatchObject({ code: 'DOCKER_FAILED' })
      expect((await find(panel, stuck.name))?.why).toContain('It is finished or taken back')

      const another = await openPanel()
      try {
        await addSandbox(another, host)
        await another.client.tenant.annotate({ name: nameNow('other'), notes: 'by another panel' })
      } finally {
        await another.stop()
      }
      await until('what another panel did is taken in', async () => {
        return (await find(panel, nameNow('other')))?.notes === 'by another panel'
      })
      expect((await find(panel, stuck.name))?.state).not.toBe('running')

      const toldBefore = page.operations.length
      await must('rm', refused)
      await until(
        'it is tried again',
        async () => (await find(panel, stuck.name))?.state === 'running',
        60_000,
      )
      const last = async () => (await panel.client.activity.list({ tenant: stuck.name, limit: 1 }))[0]
      await until('it is over', async () => (await last())?.outcome !== 'running')
      const operation = await last()
      expect(operation?.outcome).not.toBe('failed')
      // A watcher sees recovery's steps as they go.
      const told = page.operations.slice(toldBefore).filter(({ id }) => id === operation?.id)
      const states = new Set(told.flatMap(({ steps }) => steps.map(({ state }) => state)))
      expect([...states]).toEqual(expect.arrayContaining(['started', 'done']))
    } finally {
      await must('rm', '-f', refused)
      await page.close()
    }
  })

  it.each([
    ['another default', { isDefault: true }],
    ['another public address', { publicAddress: '203.0.113.80' }],
    ['another name', { newName: 'web2' }],
  ] as const)('a create goes on while its host gets %s', async (_, change) => {
    const [{ name } = { name: '' }] = await panel.client.host.list()
    const work = await panel.client.tenant.create({ name: nameNow('acme'), host: name })
    let edited: Promise<unknown> | undefined
    for (;;) {
      const next = await work.next()
      if (next.done === true) {
        expect(next.value).toMatchObject({ state: 'running' })
        break
      }
      if (next.value.key === 'create-container') edited ??= panel.client.host.edit({ name, ...change })
    }
    await edited
    expect((await panel.client.host.list())[0]).toMatchObject(
      'newName' in change ? { name: change.newName } : change,
    )
    expect(await find(panel, nameNow('acme'))).toMatchObject({ state: 'running' })
  })

  it('a create goes on while its host is prepared anew', async () => {
    const [{ name } = { name: '' }] = await panel.client.host.list()
    await must('sh', '-c', 'echo "# otherwise" >> "$0"', helperFile)
    const work = await panel.client.tenant.create({ name: nameNow('acme'), host: name })
    let prepared: ReturnType<typeof prepareSandbox> | undefined
    for (;;) {
      const next = await work.next()
      if (next.done === true) {
        expect(next.value).toMatchObject({ state: 'running' })
        break
      }
      if (next.value.key === 'create-container') prepared ??= prepareSandbox(panel, host, name)
    }
    expect((await prepared)?.plan.steps.length).toBeGreaterThan(0)
    const { stdout } = await host.exec(['tail', '-n', '1', helperFile])
    expect(stdout).not.toContain('otherwise')
    expect(await find(panel, nameNow('acme'))).toMatchObject({ state: 'running' })
  })

  it('a host is not forgotten under a create', async () => {
    const [{ name } = { name: '' }] = await panel.client.host.list()
    const work = await panel.client.tenant.create({ name: nameNow('acme'), host: name })
    let removed: Promise<unknown> | undefined
    for (;;) {
      const next = await work.next()
      if (next.done === true) break
      if (next.value.key === 'create-container') {
        removed ??= problemOf(panel.client.host.remove({ name, forget: false }))
      }
    }
    expect(await removed).toMatchObject({ code: 'HOST_HAS_TENANTS' })
    expect(await find(panel, nameNow('acme'))).toMatchObject({ state: 'running' })
  })
})
