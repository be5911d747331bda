import { beforeEach, describe, expect, it } from 'vitest'
import { fail } from '../../../src/domain/problem-error.ts'
import { until } from '../../hosts/condition.ts'
import { answerOtherwise } from '../memory-world.ts'
import { nowhere, openTwoPartWorld, type TwoPartWorld, theirs } from './two-part-world.ts'

describe('a revoke in two parts whose store cannot be written', () => {
  let world: TwoPartWorld['world']
  let cidr: string
  let revoke: TwoPartWorld['revoke']
  let listed: TwoPartWorld['listed']
  const log = async () => {
    const revokes = await opened.log()
    return Object.fromEntries(revokes.map(({ cidrs, outcome }) => [cidrs, outcome]))
  }
  let opened: TwoPartWorld

  beforeEach(async () => {
    opened = await openTwoPartWorld()
    ;({ world, cidr, revoke, listed } = opened)
  })

  it('from the second part on closes all the same, and says what was kept', async () => {
    fillDisk((written) => written >= 3)
    expect(await revoke(theirs, cidr)).toMatchObject({
      code: 'NOT_RECORDED',
      message: expect.stringContaining(` Revoked: ${cidr}.`),
      details: { action: expect.stringContaining(theirs), revoked: [cidr] },
    })
    expect(listed()).not.toContain(theirs)
    expect(listed()).not.toContain(cidr)
  })

  it('for a moment, while it keeps what the host has, closes that', async () => {
    fillDisk((written) => written === 3)
    const { changed } = await world.client.tenant.revoke({ name: world.name, cidrs: [theirs, cidr] })
    expect(changed.map((entry) => entry.cidr)).toEqual([cidr, theirs])
    expect(listed()).not.toContain(theirs)
  })

  it('once both have ended says of no entry that nobody had that it was revoked', async () => {
    const areOver = async () => {
      const outcomes = Object.values(await log())
      return outcomes.length === 2 && !outcomes.includes('running')
    }
    const letGo = fillDisk(areOver)
    expect(await revoke(nowhere, cidr)).toMatchObject({ code: 'ENTRY_ABSENT', details: { revoked: [cidr] } })
    letGo()
    expect(await log()).toEqual({ [cidr]: 'done', '': 'undone' })
  })

  it('closes once more, though a try that it waited for has ended what it joined', async () => {
    world.nyc1.mood = { kind: 'down' }
    expect(await revoke(cidr)).toMatchObject({ code: 'NOT_IN_FORCE' })
    world.nyc1.mood = { kind: 'well' }
    let closes = 0
    let letGo = (): void => {}
    const held = new Promise<void>((resolve) => {
      letGo = resolve
    })
    answerOtherwise(world.nyc1, async (request, usual) => {
      const answer = usual(request)
      if (request.op === 'close') {
        closes += 1
        if (closes === 1) await held
      }
      return answer
    })
    const reading = world.client.tenant.show({ name: world.name })
    await until('it is tried again', () => closes === 1)
    let written = 0
    fillDisk(() => {
      written += 1
      return written > 2
    })
    const revoking = revoke(cidr)
    await until('it is asked for', () => written === 1)
    letGo()
    expect(await revoking).toMatchObject({ code: 'NOT_RECORDED' })
    expect(closes).toBe(2)
    await reading
  })

  const fillDisk = (isFull: (written: number) => boolean | Promise<boolean>): (() => void) => {
    const { store } = world.panel.context.services
    const { write: usual } = store
    let written = 0
    const write: typeof usual = async (change) => {
      written += 1
      if (await isFull(written))
        fail({ code: 'STORE_UNUSABLE', details: { path: store.path, reason: 'the disk is full' } })
      return usual(change)
    }
    Object.assign(store, { write })
    return () => void Object.assign(store, { write: usual })
  }
})
