import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { usualTimeLimits } from '../../../src/main/adapters/time-limits.ts'
import { skipReason } from '../../hosts/platform.ts'
import { createTenant } from '../panel.ts'
import type { PanelHost } from '../panel-host.ts'
import { startPreparedPanelHost } from '../prepared-host.ts'
import { furtherOddLogins, tryOddLogin } from './odd-logins.ts'

const reason = skipReason()

describe.skipIf(reason !== null)(`a login on a server that${reason === null ? '' : ` (${reason})`}`, () => {
  let world: PanelHost
  beforeAll(async () => {
    const timeLimits = { ...usualTimeLimits, callMs: 5_000, beginMs: 5_000 }
    world = await startPreparedPanelHost({ timeLimits })
    await createTenant(world.panel, { name: 'acme', memoryMb: 16, allow: [] })
  })
  afterAll(() => world?.stop())

  for (const login of furtherOddLogins) {
    const isMissing = login.shell !== undefined && !existsSync(login.shell)
    const name = isMissing ? `${login.name} (there is no ${login.shell})` : login.name
    it.skipIf(isMissing)(name, { timeout: 120_000 }, () => tryOddLogin(world, login))
  }
})
