import { createRouterClient } from '@orpc/server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { router } from '../../../src/main/router.ts'
import { until } from '../../hosts/condition.ts'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import { writeHostFile } from '../../hosts/host-files.ts'
import { runScript } from '../../hosts/run-script.ts'
import { askOne, helperPath, readResource } from '../../resources/host/helper-host.ts'
import { createTenant, problemOf, readWork } from '../panel.ts'
import type { PanelHost } from '../panel-host.ts'
import { startPreparedPanelHost } from '../prepared-host.ts'

describeOnHosts('a change is undone', () => {
  let world: PanelHost
  /** Lets the create go on that stands still before its container is made. */
  let letGo: (() => void) | undefined

  beforeAll(async () => {
    const atPoint = async (point: string): Promise<void> => {
      if (point !== 'before create-container') return
      await new Promise<void>((resolve) => {
        letGo = resolve
      })
      letGo = undefined
    }
    world = await startPreparedPanelHost({ atPoint })
  })
  afterAll(() => world?.stop())

  describe('whose asker is gone', () => {
    const held = () => until('the create stands still', () => letGo !== undefined)

    /** Begins to create a tenant, for a page that may leave. */
    const begin = async (name: string, hasLeft?: () => boolean) => {
      const context = hasLeft === undefined ? world.panel.context : { ...world.panel.context, hasLeft }
      const stop = new AbortController()
      const client = createRouterClient(router, { context })
      const steps = await client.tenant.create({ name, memoryMb: 64 }, { signal: stop.signal })
      await steps.next()
      await held()
      return { steps, stop }
    }
    const latest = async () =>
      (await world.panel.client.activity.list({})).find(({ kind }) => kind === 'tenant create')
    const ended = () =>
      until('the create is over', async () => (await latest())?.outcome !== 'running').then(latest)
    const names = async () => (await world.panel.client.tenant.list({})).map(({ name }) => name)
    const containers = async () => (await world.host.exec(['docker', 'ps', '-aq'])).stdout.trim()

    it('a command line that is ended: the create is taken back', async () => {
      const { steps, stop } = await begin('acme')
      stop.abort()
      await steps.return(undefined as never)
      letGo?.()
      expect(await ended()).toMatchObject({ outcome: 'undone' })
      expect(await names()).toEqual([])
      expect(await containers()).toBe('')
    })

    it('the program itself: what can go back is taken back before it ends', async () => {
      await begin('acme', () => false)
      const reopening = world.reopen(async () => expect(await containers()).toBe(''))
      letGo?.()
      await reopening
      expect(await latest()).toMatchObject({ outcome: 'undone', why: 'Cancelled: the change of acme.' })
      expect(await names()).toEqual([])
    })

    it('a page that is loaded again or closed: the create goes on, and the next page sees it', async () => {
      let left = false
      const { steps, stop } = await begin('acme', () => left)
      left = true
      stop.abort()
      await steps.return(undefined as never)
      expect(await latest()).toMatchObject({ outcome: 'running', cancellable: true })
      letGo?.()
      expect(await ended()).toMatchObject({ outcome: 'done' })
      expect(await world.panel.client.tenant.show({ name: 'acme' })).toMatchObject({ state: 'running' })
    })
  })

  describe('that gave a name which the host could not take', () => {
    beforeAll(async () => {
      await world.reopen(undefined, {})
      // Afterwards the panel has taken in all that is there, so that a change asks the host for nothing before it.
      await world.panel.client.tenant.annotate({ name: 'acme', notes: 'first' })
    })

    const names = async () =>
      (await world.panel.client.tenant.list({})).map(({ name, notes }) => [name, notes])
    const ends = async (kind: string) =>
      (await world.panel.client.activity.list({}))
        .filter((one) => one.kind === kind)
        .map(({ outcome }) => outcome)

    it('is not its name here either, and its end is told when the host answers again', async () => {
      // A helper that ends at once, also for whoever asks what it has.
      await runScript(
        world.host,
        `mv ${helperPath} ${helperPath}.kept; printf '#!/bin/sh\nexit 3\n' >${helperPath}; chmod 755 ${helperPath}`,
      )
      await runScript(world.host, `kill $(pgrep -f '^/usr/bin/python3 -IS ${helperPath}$')`)
      const renamed = world.panel.client.tenant.rename({ name: 'acme', newName: 'other' })
      expect(await problemOf(renamed)).toMatchObject({ code: 'HELPER_FAILED' })
      expect(await names()).toEqual([['acme', 'first']])
      const annotated = world.panel.client.tenant.annotate({ name: 'acme', notes: 'second' })
      expect(await problemOf(annotated)).toMatchObject({ code: 'HELPER_FAILED' })
      expect(await names()).toEqual([['acme', 'first']])
      await runScript(world.host, `mv ${helperPath}.kept ${helperPath}`)

      await world.panel.client.tenant.annotate({ name: 'acme', notes: 'third' })
      expect(await names()).toEqual([['acme', 'third']])
      expect(await ends('tenant rename')).toEqual(['undone'])
      const notices = await world.panel.client.program.takeNotices()
      expect(notices).toContainEqual(
        expect.stringMatching(/^Undone: tenant rename of acme, which had failed/),
      )
      const records = await world.host.exec([helperPath], {
        input: '{"v":1,"op":"records"}\n',
      })
      expect(JSON.parse(records.stdout).tenants).toEqual({
        [(await world.panel.client.tenant.show({ name: 'acme' })).id]: expect.objectContaining({
          name: 'acme',
          notes: 'third',
        }),
      })
    })
  })

  describe('that gave another port', () => {
    /** The point where a step fails, once. */
    let failAt = ''

    const move = (name: string, port: number) =>
      readWork(world.panel.client.tenant.move({ name, port, confirmed: true }))
    const resting = async (): Promise<number[]> => {
      const { state } = (await askOne(world.host, { v: 1, op: 'observe' })) as unknown as {
        state: { released: { port: number }[] }
      }
      return state.released.map(({ port }) => port)
    }

    beforeAll(async () => {
      const atPoint = (point: string): void => {
        if (point !== failAt) return
        failAt = ''
        throw new Error(`the test lets it fail ${point}`)
      }
      await world.reopen(undefined, { atPoint })
      await createTenant(world.panel, { name: 'other', memoryMb: 64 })
    })

    it.each([
      ['before the container was touched', 'before remove-container', 20_700],
      ['after its container ran on the new port', 'after create-container', 20_701],
    ])('gives the port back at once, %s', async (_, point, port) => {
      const { port: before } = await world.panel.client.tenant.show({ name: 'acme' })
      failAt = point
      await expect(move('acme', port)).rejects.toThrow()
      expect(failAt, 'it came to that point').toBe('')
      expect(await world.panel.client.tenant.show({ name: 'acme' })).toMatchObject({
        port: before,
        state: 'running',
      })
      expect(await resting()).not.toContain(port)
      const { result } = await move('other', port)
      expect(result).toMatchObject({ port, state: 'running' })
    })

    it('keeps back the port of a move that was done', async () => {
      await move('acme', 20_800)
      await move('acme', 20_801)
      expect(await resting()).toContain(20_800)
    })

    it('is undone on a host with an older helper, too, which keeps the port back', async () => {
      const helper = (await readResource('memharbor-host')).replace("VERSION = '1.3.0'", "VERSION = '1.1.0'")
      await writeHostFile(world.host.namespace, helperPath, helper, { mode: '755' })
      await world.reopen()
      failAt = 'before remove-container'
      await expect(move('acme', 20_900)).rejects.toThrow()
      expect(await world.panel.client.tenant.show({ name: 'acme' })).toMatchObject({
        port: 20_801,
        state: 'running',
      })
      expect(await resting()).toContain(20_900)
    })
  })
})
