import { expect, it } from 'vitest'
import { until } from '../../hosts/condition.ts'
import { openTenantWorld, recordOf } from '../memory-world.ts'
import { createTenant, problemOf } from '../panel.ts'

const timeLimits = { lookMs: 2_000, callMs: 2_000 }

it.each(['list', 'show', 'create', 'revoke'] as const)(
  'a host that is edited during %s is known as it is now, and its next access goes there',
  async (verb) => {
    const world = await openTenantWorld({ tenants: 8, timeLimits })
    const { client, nyc1, name } = world
    const [cidr = ''] = recordOf(world).allow.map((entry) => entry.cidr)
    nyc1.mood = { kind: 'slow', delayMs: 100 }
    const works = {
      list: () => client.tenant.list({ host: 'nyc1' }),
      show: () => client.tenant.show({ name }),
      create: () => createTenant({ client }, { name: 'newt', host: 'nyc1' }),
      revoke: () => client.tenant.revoke({ name, cidrs: [cidr, '198.51.100.78/32'] }),
    }
    const working = Promise.allSettled([works[verb]()])
    await until('the host is asked', () => nyc1.underWay > 0)
    await client.host.edit({ name: 'nyc1', newName: 'nyc2' })
    await working
    nyc1.mood = { kind: 'down' }
    const refused = await problemOf(client.tenant.suspend({ name }))
    expect(refused.message).toContain('Host nyc2 at')
  },
)
