import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { skipReason } from '../hosts/platform.ts'
import { type CrashWorld, playAllPoints, startWorld } from '../main/journey/crash/world.ts'

const reason = skipReason()

describe.skipIf(reason !== null)(`killed at every point of${reason === null ? '' : ` (${reason})`}`, () => {
  let world: CrashWorld

  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => world?.stop())

  it.each([
    ['allow', 6],
    ['suspend', 6],
    ['resume', 6],
    ['rename', 6],
    ['annotate', 6],
    ['flush', 6],
    ['restart', 8],
    ['grow', 10],
    ['limit', 12],
    ['upgrade', 10],
    ['restore', 14],
  ] as const)('%s, a program leaves nothing halfway', { timeout: 180_000 }, async (verb, least) => {
    expect(await playAllPoints(world, verb)).toBeGreaterThanOrEqual(least)
  })
})
