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
  const revokeIfThere = async (): Promise<'closed' | 'absent'> => {
    const problem = await revoke(world.panel).then(
      () => null,
      (error: unknown) => problemOf(Promise.reject(error)),
    )
    if (problem === null) return 'closed'
    expect(problem).toMatchObject({ code: 'ENTRY_ABSENT' })
    return 'absent'
  }
  // Before the allow has begun there is nothing to close; an allow that comes to its turn after that lets nobody in.
  if ((await revokeIfThere()) === 'absent') {
    await allowing
    await revokeIfThere()
  }
  await allowing
  expect(await talk()).toEqual({ kind: 'timeout' })
}
