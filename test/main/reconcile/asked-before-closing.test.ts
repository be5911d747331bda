import { beforeEach, describe, expect, it } from 'vitest'
import { until } from '../../hosts/condition.ts'
import { openTenantWorld, recordOf, type TenantWorld } from '../memory-world.ts'
import { problemOf, readWork } from '../panel.ts'

describe('what lets in, was asked for first and waits behind another change', () => {
  let world: TenantWorld
  let cidr: string
  let held: { readonly point: string; readonly until: Promise<void> } | undefined
  let reached = 0

  beforeEach(async () => {
    held = undefined
    reached = 0
    world = await openTenantWorld({
      tenants: 8,
      atPoint: async (point) => {
        if (point !== held?.point) return
        reached += 1
        await held.until
      },
    })
    const { allow } = await world.client.tenant.show({ name: world.name })
    if (allow[0] === undefined) throw new Error('nobody is let in')
    cidr = allow[0].cidr
  })

  const which = () => ({ name: world.name })
  const allow = (entry = cidr) =>
    world.client.tenant.allow({ ...which(), entries: [{ cidr: entry, label: 'office' }] })
  const revoke = (...cidrs: string[]) => world.client.tenant.revoke({ ...which(), cidrs })
  const suspend = () => world.client.tenant.suspend(which())
  const resume = () => world.client.tenant.resume(which())
  const cidrsOf = () => recordOf(world).allow.map((entry) => entry.cidr)
  /** Holds the tenant's turn until the work that it is given has begun, and what that does meanwhile has ended. */
  const behindRestart = async (work: () => Promise<unknown>): Promise<void> => {
    let goOn = (): void => {}
    const isOpen = new Promise<void>((resolve) => {
      goOn = resolve
    })
    held = { point: 'before restart-container', until: isOpen }
    const restarting = readWork(world.client.tenant.restart({ ...which(), confirmed: true }))
    await until('a restart holds the turn', () => reached === 1)
    await work().finally(goOn)
    await restarting
  }

  it('does not give back what was revoked since', async () => {
    let allowing: Promise<unknown> = Promise.resolve()
    await behindRestart(async () => {
      allowing = problemOf(allow())
      await revoke(cidr)
      expect(cidrsOf()).not.toContain(cidr)
    })
    expect(await allowing).toMatchObject({
      code: 'CLOSED_SINCE',
      message: `${world.name} was not changed: revoking ${cidr} of ${world.name} was asked for later, while this waited, and counts.`,
    })
    expect(cidrsOf()).not.toContain(cidr)
    expect((await world.client.tenant.show(which())).allow.map((entry) => entry.cidr)).not.toContain(cidr)
    await allow()
    expect(cidrsOf()).toContain(cidr)
  })

  it('does not let in by a range, nor an address of one, that was revoked since', async () => {
    await allow('198.51.100.7/32')
    await allow('203.0.113.0/24')
    let waiting: Promise<{ code: string }>[] = []
    await behindRestart(async () => {
      waiting = [problemOf(allow('198.51.100.0/24')), problemOf(allow('203.0.113.9/32'))]
      await revoke('198.51.100.7/32', '203.0.113.0/24')
    })
    for (const problem of await Promise.all(waiting)) expect(problem.code).toBe('CLOSED_SINCE')
    expect(cidrsOf()).not.toContain('198.51.100.0/24')
    expect(cidrsOf()).not.toContain('203.0.113.9/32')
  })

  it('does not let in what a revoke had named that was refused, because a wider entry covers it', async () => {
    await allow('198.51.100.0/24')
    let allowing: Promise<unknown> = Promise.resolve()
    await behindRestart(async () => {
      allowing = problemOf(allow('198.51.100.7/32'))
      expect(await problemOf(revoke('198.51.100.7/32'))).toMatchObject({ code: 'ENTRY_COVERED' })
    })
    expect(await allowing).toMatchObject({ code: 'CLOSED_SINCE' })
  })

  it('does not open a tenant that was suspended since', async () => {
    let resuming: Promise<unknown> = Promise.resolve()
    await behindRestart(async () => {
      resuming = problemOf(resume())
      await suspend()
    })
    expect(await resuming).toMatchObject({ code: 'CLOSED_SINCE' })
    expect(recordOf(world).open).toBe(false)
    await resume()
    expect(recordOf(world).open).toBe(true)
  })

  it('goes on where only something else was taken away', async () => {
    let waiting: Promise<unknown>[] = []
    await behindRestart(async () => {
      waiting = [allow('198.51.100.7/32'), resume()]
      await revoke(cidr)
    })
    await Promise.all(waiting)
    expect(cidrsOf()).toContain('198.51.100.7/32')
    expect(cidrsOf()).not.toContain(cidr)
    let allowing: Promise<unknown> = Promise.resolve()
    await behindRestart(async () => {
      allowing = allow('198.51.100.8/32')
      await suspend()
    })
    await allowing
    expect(recordOf(world)).toMatchObject({ open: false })
    expect(cidrsOf()).toContain('198.51.100.8/32')
  })

  it('lets in what was asked for after the closing, also before that has ended', async () => {
    let goOn = (): void => {}
    const isOpen = new Promise<void>((resolve) => {
      goOn = resolve
    })
    held = { point: 'before close-access', until: isOpen }
    const revoking = revoke(cidr)
    await until('the closing is under way', () => reached === 1)
    const allowing = allow()
    goOn()
    await revoking
    await allowing
    expect(cidrsOf()).toContain(cidr)
  })

  it('what opens nothing goes on, and brings nothing back', async () => {
    let annotating: Promise<unknown> = Promise.resolve()
    await behindRestart(async () => {
      annotating = world.client.tenant.annotate({ ...which(), notes: 'moved' })
      await revoke(cidr)
      await suspend()
    })
    await annotating
    expect(recordOf(world)).toMatchObject({ open: false, notes: 'moved' })
    expect(cidrsOf()).not.toContain(cidr)
  })
})
