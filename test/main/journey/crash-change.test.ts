import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { skipReason } from '../../hosts/platform.ts'
import { type CrashWorld, playAllPoints, startWorld } from './crash/world.ts'

const reason = skipReason()

describe.skipIf(reason !== null)(`killed at every point of${reason === null ? '' : ` (${reason})`}`, () => {
  let world: CrashWorld

  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => world?.stop())

  it.each([
    ['revoke', 6],
    ['shrink', 10],
    ['move', 12],
  ] as const)('%s, a program leaves nothing halfway', { timeout: 900_000 }, async (verb, least) => {
    expect(await playAllPoints(world, verb)).toBeGreaterThanOrEqual(least)
  })
})
