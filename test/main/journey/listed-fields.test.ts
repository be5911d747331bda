import { expect, it } from 'vitest'
import { z } from 'zod'
import { listedTenantSchema } from '../../../src/contract/tenant.ts'
import { openMemoryWorld } from '../memory-world.ts'

it('a list has the fields that are declared and no others, although no schema cuts it', async () => {
  const { client } = await openMemoryWorld({ tenants: 12 })
  const listed = await client.tenant.list({ mayAsk: false })
  expect(listed).toHaveLength(12)
  expect(z.array(listedTenantSchema).parse(listed)).toStrictEqual(listed)
})
