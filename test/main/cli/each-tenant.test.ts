import { expect, it } from 'vitest'
import { forEachTenant } from '../../../src/main/cli/each-tenant.ts'
import { openTerminal } from '../../../src/main/cli/terminal.ts'
import { openMemoryWorld, openTenantWorld } from '../memory-world.ts'
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

it('tenants of a host that does not answer hold up none of another', async () => {
  const { client } = await openMemoryWorld({ tenants: 40 })
  const tenants = await client.tenant.list({})
  const [slow = '', quick = ''] = [...new Set(tenants.map(({ host }) => host))]
  const named = (host: string) => tenants.filter((each) => each.host === host).map(({ name }) => name)
  const [stuck, free] = [named(slow), named(quick)]
  expect(Math.min(stuck.length, free.length)).toBeGreaterThan(8)
  let letGo = (): void => {}
  const hung = new Promise<void>((resolve) => {
    letGo = resolve
  })
  const begun: string[] = []
  let left = free.length
  const tools = {
    client,
    terminal: openTerminal({ json: true }),
    given: { passphraseFile: undefined },
    signal: new AbortController().signal,
    leave: () => {},
  }
  const run = async (name: string) => {
    begun.push(name)
    if (stuck.includes(name)) await hung
    else left -= 1
    if (left === 0) letGo()
    return client.tenant.show({ name })
  }
  const action = { done: 'suspended', survival: 'suspend', yes: true, run } as const
  await forEachTenant(tools, { names: [...stuck, ...free], tag: undefined }, action)
  expect(begun).toHaveLength(stuck.length + free.length)
  expect(begun.slice(0, 8 + free.length).filter((name) => stuck.includes(name))).toHaveLength(8)
  expect(await client.tenant.findHosts({ names: ['nobody'] })).toEqual([null])
})
