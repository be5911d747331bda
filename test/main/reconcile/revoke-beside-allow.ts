import { setTimeout as pause } from 'node:timers/promises'
import { expect } from 'vitest'
import { problemOf } from '../panel.ts'
import type { TwoLaptops } from './two-laptops.ts'

/** Nobody is in after a revoke that comes so many milliseconds after an allow, which may still be under way. */
export const revokeBesideAllow = async (
  { world, client, nameNow, revoke, talk }: TwoLaptops,
  afterMs: number,
): Promise<void> => {
  await revoke(world.panel)
  const allowing = world.panel.client.tenant
    .allow({ name: nameNow(), entries: [{ cidr: client.address4 }] })
    .catch(() => {})
  await pause(afterMs)
  await revoke(world.panel).catch(async (error: unknown) => {
    expect(await problemOf(Promise.reject(error))).toMatchObject({ code: 'ENTRY_ABSENT' })
    await allowing
    await revoke(world.panel)
  })
  await allowing
  expect(await talk()).toEqual({ kind: 'timeout' })
}
