import { afterAll, beforeAll, describe, it } from 'vitest'
import { usualTimeLimits } from '../../../src/main/adapters/time-limits.ts'
import { skipReason } from '../../hosts/platform.ts'
import { createTenant } from '../panel.ts'
import type { PanelHost } from '../panel-host.ts'
import { startPreparedPanelHost } from '../prepared-host.ts'
import { mainOddLogins, tryOddLogin } from './odd-logins.ts'

const reason = skipReason()

describe.skipIf(reason !== null)(`a login on a server that${reason === null ? '' : ` (${reason})`}`, () => {
  let world: PanelHost
  beforeAll(async () => {
    world = await startPreparedPanelHost({
      timeLimits: { ...usualTimeLimits, callMs: 3_000, beginMs: 2_500, lookMs: 2_500 },
    })
    await createTenant(world.panel, { name: 'acme', memoryMb: 16, allow: [] })
  })
  afterAll(() => world?.stop())

  it.each(mainOddLogins)('$name', { timeout: 60_000 }, (login) => tryOddLogin(world, login))
})
