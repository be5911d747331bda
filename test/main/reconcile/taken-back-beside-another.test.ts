import { beforeEach, describe, expect, it } from 'vitest'
import { fail } from '../../../src/domain/problem-error.ts'
import { openTenantWorld, putByAnother, recordOf, type TenantWorld } from '../memory-world.ts'
import { problemOf, readWork } from '../panel.ts'

const revoked = '203.0.113.77/32'
const kept = '203.0.113.78/32'

describe('a change that is taken back after another panel took access away', () => {
  let world: TenantWorld
  /** The point of the next change at which the other panel writes and the change fails. */
  let failing: { readonly point: string; readonly write: () => void } | undefined

  beforeEach(async () => {
    failing = undefined
    world = await openTenantWorld({
      tenants: 8,
      atPoint: (point) => {
        if (point !== failing?.point) return
        failing.write()
        failing = undefined
        fail({ code: 'DOCKER_UNREACHABLE', details: { host: 'nyc1', reason: 'frozen' } })
      },
    })
    await world.client.tenant.allow({ name: world.name, entries: [{ cidr: revoked }, { cidr: kept }] })
  })

  const which = () => ({ name: world.name })
  const shown = () => world.client.tenant.show(which())
  const cidrsOf = ({ allow }: { readonly allow: readonly { readonly cidr: string }[] }) =>
    allow.map(({ cidr }) => cidr)
  const shutOut = () =>
    putByAnother(world, { allow: recordOf(world).allow.filter(({ cidr }) => cidr !== revoked) })
  const failAt = async (point: string, write: () => void): Promise<void> => {
    const { memoryMb } = await shown()
    failing = { point, write }
    const resizing = world.client.tenant.resize({ ...which(), memoryMb: 2 * memoryMb, confirmed: true })
    expect(await problemOf(readWork(resizing))).toMatchObject({ code: 'DOCKER_UNREACHABLE' })
  }
  const annotate = (notes = 'later') => world.client.tenant.annotate({ ...which(), notes })

  // Before its record is written, and after.
  it.each(['after limit-container', 'after write-record'])(
    'leaves that as it is, %s: in the next change, and for who reads',
    async (point) => {
      await failAt(point, shutOut)
      expect(cidrsOf(recordOf(world))).not.toContain(revoked)
      await annotate()
      expect(recordOf(world).notes).toBe('later')
      expect(cidrsOf(recordOf(world))).not.toContain(revoked)
      expect(cidrsOf(recordOf(world))).toContain(kept)
      expect(cidrsOf(await shown())).not.toContain(revoked)
    },
  )

  it('leaves a tenant suspended that the other panel suspended', async () => {
    await failAt('after limit-container', () => putByAnother(world, { open: false }))
    await annotate()
    expect(recordOf(world).open).toBe(false)
    expect(await shown()).toMatchObject({ state: 'suspended' })
  })

  it.each(['after limit-container', 'after write-record'])(
    'leaves that as it is beside a closing of its own that comes next, %s',
    async (point) => {
      await failAt(point, shutOut)
      await world.client.tenant.revoke({ ...which(), cidrs: [kept] })
      for (const notes of ['later', 'still later']) await annotate(notes)
      for (const cidr of [revoked, kept]) {
        expect(cidrsOf(recordOf(world))).not.toContain(cidr)
        expect(cidrsOf(await shown())).not.toContain(cidr)
      }
    },
  )
})
