import { expect, it } from 'vitest'
import { forEachTenant } from '../../../src/main/cli/each-tenant.ts'
import { openTerminal } from '../../../src/main/cli/terminal.ts'
import { openTenantWorld } from '../memory-world.ts'
import { problemOf } from '../panel.ts'

it('a command about tenants says which words chose none, and what it did not begin after Ctrl-C', async () => {
  const { client, name } = await openTenantWorld({ tenants: 4, timeLimits: { lookMs: 1_000 } })
  let runs = 0
  const suspend = async (names: readonly string[], tag?: string, signal = new AbortController().signal) => {
    const tools = {
      client,
      terminal: openTerminal({ json: true }),
      given: { passphraseFile: undefined },
      signal,
      leave: () => {},
    }
    const run = (named: string) => {
      runs += 1
      return client.tenant.suspend({ name: named })
    }
    const action = { done: 'suspended', survival: 'suspend', yes: true, run } as const
    const { message, advice } = await problemOf(forEachTenant(tools, { names, tag }, action))
    return `${message} ${advice}`
  }
  expect(await suspend([], 'day')).toBe('tag "day" is not usable: no tenant has this tag. Give another tag.')
  expect(await suspend([])).toBe('name or tag is not usable: neither was given. Give another name or tag.')
  expect(await suspend([name], undefined, AbortSignal.abort())).toBe(
    `Cancelled: this for ${name}, before anything of it was done. Start it again when you like.`,
  )
  expect(runs).toBe(0)
})
