import { describe, expect, it } from 'vitest'
import {
  describeCopies,
  describeRenamed,
  isRenamed,
  nameOf,
  sortCarriers,
} from '../../../src/core/tenant/carrier.ts'
import { describeStrange, isShut } from '../../../src/core/tenant/describe-strange.ts'

const carrier = (tenantId: string, ...names: string[]) => ({ tenantId, names })

describe('a container with the label of a tenant', () => {
  it('is its own by the name alone, and the others beside it are copies', () => {
    const [own, copy, unclear] = [
      carrier('abc', '/memharbor-abc'),
      carrier('abc', '/copy'),
      carrier('xyz', '/cache1'),
    ]
    // In whatever order Docker lists them.
    for (const all of [
      [own, copy, unclear],
      [unclear, copy, own],
    ])
      expect(sortCarriers(all)).toEqual({ own: new Map([['abc', own]]), unclear: [unclear], copies: [copy] })
  })

  it('is its own while Docker is at its removal, and by one of several names', () => {
    const [going, linked] = [carrier('abc'), carrier('xyz', '/web/cache', '/memharbor-xyz')]
    expect(sortCarriers([going, linked])).toEqual({
      ...{ unclear: [], copies: [] },
      own: new Map([
        ['abc', going],
        ['xyz', linked],
      ]),
    })
    expect([nameOf(going), nameOf(linked)]).toEqual(['memharbor-abc', 'memharbor-xyz'])
  })

  it.each([
    ['leads to its port', 20_000, 20_000, true],
    ['leads to another', 20_001, 20_000, false],
    ['publishes nothing', null, 20_000, false],
    ['publishes nothing, and nobody knows its port', null, undefined, false],
    ['publishes a port, and nobody knows its own', 20_000, undefined, true],
    ['publishes a port, and there is no such tenant', 20_000, null, false],
  ])('and another name is the renamed one, where it %s: %s, %s', (_, port, recorded, is) => {
    expect(isRenamed(port, recorded)).toBe(is)
  })

  it('has commands with its name, unless that is none of Docker', () => {
    expect(describeRenamed('memharbor-abc', 'cache1').advice).toContain(
      '`docker rename cache1 memharbor-abc`',
    )
    expect(describeRenamed('memharbor-abc', 'a`reboot`').advice).toContain(
      '`docker rename CONTAINER memharbor-abc`',
    )
    const swapped = describeRenamed('memharbor-abc', 'memharbor-def').advice
    expect(describeRenamed('memharbor-def', 'memharbor-abc').advice).toBe(swapped)
    expect(swapped).toMatch(
      /`docker rename memharbor-abc memharbor-abc-aside`, `docker rename memharbor-def memharbor-abc`, `docker rename memharbor-abc-aside memharbor-def`\.$/,
    )
    expect(describeCopies(['copy', '$(reboot)']).advice).toContain('`docker rm -f copy CONTAINER`')
  })
})

describe('beside the word that a port is closed', () => {
  const own = 'memharbor-abc'

  it('other networks are told by the name that the container has now', () => {
    const strange = { name: 'cache1', own, networks: ['bridge'] }
    expect(isShut(strange)).toBe(false)
    expect(describeStrange(strange)).toMatch(
      /`docker network disconnect bridge cache1`.*`docker rename cache1 memharbor-abc`/,
    )
  })

  it('a renamed one shuts everybody out all the same', () => {
    expect(isShut({ name: 'cache1', own, networks: [] })).toBe(true)
  })

  it('what nobody could tell is said, and nothing where nothing is strange', () => {
    expect([isShut(null), describeStrange(null)]).toEqual([false, expect.stringContaining('cannot be told')])
    expect([isShut(undefined), describeStrange(undefined)]).toEqual([true, ''])
  })
})
