import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Operation } from '../../../src/contract/activity.ts'
import { until } from '../../hosts/condition.ts'
import { type HostNamespace, startHost } from '../../hosts/host.ts'
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
import { openPage, type Page } from './page.ts'

const reason = skipReason()
const patient = 60_000
vi.setConfig({ testTimeout: 180_000 })

describe.skipIf(reason !== null)(`what a page sees${reason === null ? '' : ` (${reason})`}`, () => {
  let host: HostNamespace
  let panel: Panel
  let page: Page

  beforeAll(async () => {
    host = await startHost({ name: 'web1' })
    panel = await openPanel()
    page = openPage(panel.client)
    await until('an empty page is loaded', () => page.isLoaded())
  })

  afterAll(async () => {
    await page?.close()
    await panel?.stop()
    await host?.stop()
  })

  beforeEach(() => {
    expect([...page.tenants.values()]).toEqual([])
  })

  const operationsOf = (kind: string, tenant: string | null): Operation[] =>
    page.operations.filter((operation) => operation.kind === kind && operation.tenant === tenant)

  it('a host that comes, is prepared step by step, and is connected', async () => {
    await addSandbox(panel, host)
    const status = () => [...page.hosts.values()][0]
    await until('it is connected', () => status()?.connection === 'connected', patient)
    expect(status()).toMatchObject({ name: 'web1', mode: 'unknown', why: '' })
    const { plan } = await prepareSandbox(panel, host)
    await until('it is prepared', () => status()?.mode === 'filtered' && status()?.why === '', patient)
    const told = operationsOf('host prepare', null)
    expect(told[0]).toMatchObject({ outcome: 'running', cancellable: true })
    expect(told[0]?.steps.map(({ sentence }) => sentence)).toEqual(plan.steps.map(({ sentence }) => sentence))
    expect(told.some(({ steps }) => steps[0]?.state === 'done' && steps[1]?.state === 'started')).toBe(true)
    expect(told.filter(({ outcome }) => outcome !== 'running')).toHaveLength(1)
    expect(told.at(-1)).toMatchObject({ outcome: 'done', cancellable: false })
  })

  it('a tenant from its first moment to its last', async () => {
    const { id } = await createTenant(panel, {
      name: 'acme',
      allow: [{ cidr: '203.0.113.7', label: 'office' }],
    })
    await until('it runs', () => page.tenants.get(id)?.state === 'running', patient)
    const first = page.viewsOf('acme')[0]
    expect(first).toMatchObject({ state: 'creating', why: 'It is being made.' })
    // Nothing is shown that is not so: no view between says that it failed.
    expect(new Set(page.viewsOf('acme').map(({ state }) => state))).toEqual(new Set(['creating', 'running']))
    // A page has the fault of a filter with its host.
    const [listed] = await panel.client.tenant.list({})
    const metrics = listed?.metrics
    expect(metrics).toMatchObject({ items: 0, connections: 0 })
    expect({ ...page.tenants.get(id), filterFault: null, unseen: null, metrics }).toEqual(listed)
    const created = operationsOf('tenant create', 'acme')
    expect(created.at(-1)).toMatchObject({ outcome: 'done' })
    expect(created.at(-1)?.steps.every(({ state }) => state === 'done')).toBe(true)
    expect(created.some(({ steps }) => steps.some(({ state }) => state === 'started'))).toBe(true)
    await until('the host counts it', () => [...page.hosts.values()][0]?.tenants === 1)

    await panel.client.tenant.suspend({ name: 'acme' })
    await until('it is suspended', () => page.tenants.get(id)?.state === 'suspended', patient)
    const suspended = operationsOf('tenant suspend', 'acme')
    expect(suspended.every(({ cancellable }) => !cancellable)).toBe(true)
    await panel.client.tenant.resume({ name: 'acme' })
    await panel.client.tenant.rename({ name: 'acme', newName: 'acme2' })
    await until('it is renamed', () => page.find('acme2')?.state === 'running', patient)
    await readWork(panel.client.tenant.restart({ name: 'acme2', confirmed: true }))
    await until(
      'the restart is told',
      () => operationsOf('tenant restart', 'acme2').at(-1)?.outcome === 'done',
    )
    expect(page.viewsOf('acme2').every(({ state }) => state === 'running')).toBe(true)

    const answer = await panel.client.tenant.figures({ ids: [id, 'nobody'] })
    expect(answer).toMatchObject({ figures: [{ id, limitBytes: 64 * 2 ** 20, items: 0 }], silent: [] })
    const isAlone = async () =>
      (await panel.client.tenant.figures({ ids: [id] })).figures[0]?.connections === 0
    await until('nobody is connected', isAlone, patient)
    // Frozen, its container still runs for Docker.
    const signal = (name: string) => host.exec(['docker', 'kill', '--signal', name, `memharbor-${id}`])
    await signal('STOP')
    expect(await panel.client.tenant.figures({ ids: [id] })).toEqual({
      figures: [],
      silent: [id],
      held: { [id]: 0 },
    })
    // Once may be an accident.
    expect(page.tenants.get(id)).toMatchObject({ state: 'running', health: 'ok' })
    await panel.client.tenant.figures({ ids: [id] })
    await until('its silence is told', () => page.tenants.get(id)?.health === 'unresponsive')
    expect(page.tenants.get(id)).toMatchObject({
      state: 'running',
      why: expect.stringMatching(/not answer\.$/),
    })
    await signal('CONT')
    expect((await panel.client.tenant.figures({ ids: [id] })).silent).toEqual([])
    await until('its answer is told', () => page.tenants.get(id)?.health === 'ok')
    await readWork(panel.client.tenant.delete({ name: 'acme2', confirmed: true }))
    await until('it is gone', () => !page.tenants.has(id))
    expect(page.viewsOf('acme2').at(-1)).toMatchObject({ state: 'deleting', why: 'It is being deleted.' })
  })

  it('what happens behind its back', async () => {
    const { id } = await createTenant(panel, { name: 'acme' })
    await until('it runs', () => page.tenants.get(id)?.state === 'running', patient)
    await host.exec(['docker', 'stop', '-t', '1', `memharbor-${id}`])
    await until('it is told', () => page.tenants.get(id)?.state === 'stopped', patient)
    await host.exec(['docker', 'rm', `memharbor-${id}`])
    await until('it is told', () => page.tenants.get(id)?.state === 'failed', patient)
    await readWork(panel.client.tenant.delete({ name: 'acme', confirmed: true }))
    await until('it is gone', () => !page.tenants.has(id))
  })

  it('an operation that is asked to stop leaves nothing', async () => {
    const paused = (await host.exec(['docker', 'ps', '-aq'])).stdout
    const { work, stop } = cancelWhen((operation) => operation.steps.some(({ state }) => state === 'started'))
    const problem = await problemOf(readWork(panel.client.tenant.create({ name: 'stopped' })))
    stop()
    expect(await work).toEqual({ asked: true })
    expect(problem.code).toBe('CANCELLED')
    expect(operationsOf('tenant create', 'stopped').filter(({ stopping }) => stopping)[0]).toMatchObject({
      outcome: 'running',
      cancellable: false,
    })
    await until(
      'its end is told',
      () => operationsOf('tenant create', 'stopped').at(-1)?.outcome === 'undone',
    )
    await until('it is gone', () => page.find('stopped') === undefined)
    expect((await host.exec(['docker', 'ps', '-aq'])).stdout).toBe(paused)
    expect((await problemOf(panel.client.activity.cancel({ id: 'nobody' }))).code).toBe('NOT_RUNNING')
    const [newest] = await panel.client.activity.list({ tenant: 'stopped' })
    expect(newest).toMatchObject({ outcome: 'undone', cancellable: false, stopping: false })
    expect((await problemOf(panel.client.activity.cancel({ id: newest?.id ?? '' }))).code).toBe('NOT_RUNNING')
  })

  it('an operation that takes access away is not stopped', async () => {
    const { id } = await createTenant(panel, { name: 'acme' })
    const { work, stop } = cancelWhen(({ kind }) => kind === 'tenant suspend')
    const tenant = await panel.client.tenant.suspend({ name: 'acme' })
    stop()
    expect(await work).toEqual({ asked: false })
    expect(tenant.state).toBe('suspended')
    await readWork(panel.client.tenant.delete({ name: 'acme', confirmed: true }))
    await until('it is gone', () => !page.tenants.has(id))
  })

  it('the log by host, tenant and outcome, in pages, and as a file', async () => {
    const all = await panel.client.activity.list({ limit: 10_000 })
    expect(all.length).toBeGreaterThan(10)
    const paged: Operation[] = []
    for (;;) {
      const last = paged.at(-1)
      const next = last === undefined ? {} : { before: last.startedAt, beforeId: last.id }
      const piece = await panel.client.activity.list({ ...next, limit: 3 })
      if (piece.length === 0) break
      paged.push(...piece)
    }
    expect(paged).toEqual(all)
    const renamed = await panel.client.activity.list({ tenant: 'acme2' })
    // Deleted since, and found with what was done to it under its earlier name.
    expect(new Set(renamed.map(({ tenant }) => tenant))).toEqual(new Set(['acme', 'acme2']))
    expect(new Set(renamed.map(({ tenantId }) => tenantId)).size).toBe(1)
    expect(await panel.client.activity.list({ host: 'web1', outcome: 'undone' })).toMatchObject([
      { tenant: 'stopped', outcome: 'undone' },
    ])
    expect(await panel.client.activity.list({ host: 'web2' })).toEqual([])
    const csv = await panel.client.activity.export({ format: 'csv', outcome: 'done' })
    expect(csv.fileName).toMatch(/^memharbor-activity-\d{4}-\d\d-\d\d\.csv$/)
    expect(csv.text.split('\r\n').filter((line) => line !== '')).toHaveLength(
      1 + all.filter(({ outcome }) => outcome === 'done').length,
    )
    const json = await panel.client.activity.export({ format: 'json' })
    expect(JSON.parse(json.text)).toEqual(all)
    expect((await problemOf(panel.client.activity.list({ before: 'yesterday' }))).code).toBe('INVALID_INPUT')
  })

  it('a host that is forgotten', async () => {
    const status = () => [...page.hosts.values()][0]
    await panel.client.host.remove({ name: 'web1', forget: true })
    await until('it is forgotten', () => status() === undefined)
  })

  /** Asks the first operation that the page tells of and that fits to stop. */
  function cancelWhen(fits: (operation: Operation) => boolean) {
    const { client } = panel
    const seenBefore = new Set(page.operations.map(({ id }) => id))
    let isOver = false
    const work = (async () => {
      while (!isOver) {
        const found = page.operations.find(
          (operation) => !seenBefore.has(operation.id) && operation.outcome === 'running' && fits(operation),
        )
        if (found !== undefined) return client.activity.cancel({ id: found.id })
        await new Promise((resolve) => setImmediate(resolve))
      }
      return undefined
    })()
    return {
      work,
      stop() {
        isOver = true
      },
    }
  }
})
