import { describe, expect, test } from 'vitest'
import { countChoices, filterTenants } from '../../../src/renderer/features/tenants/filter-tenants.ts'
import {
  parseQuery,
  readLinkedQuery,
  toggleToken,
  withoutTokens,
} from '../../../src/renderer/features/tenants/query.ts'
import { makeTenant } from './tenant.ts'

describe('what is typed into the search field', () => {
  test.each([
    ['', [], [], [], []],
    ['shop', ['shop'], [], [], []],
    ['Shop  EU', ['shop', 'eu'], [], [], []],
    ['state:failed', [], ['failed'], [], []],
    ['STATE:Failed state:stopped', [], ['failed', 'stopped'], [], []],
    ['host:berlin tag:vip x', ['x'], [], ['berlin'], ['vip']],
    ['tag:"black friday" y', ['y'], [], [], ['black friday']],
    ['tag:"not closed', [], [], [], ['not closed']],
    ['"two words"', ['two words'], [], [], []],
    ['state:', [], [], [], []],
    ['203.0.113.7', ['203.0.113.7'], [], [], []],
    ['2001:db8::1', ['2001:db8::1'], [], [], []],
    ['shop@example.com', ['shop@example.com'], [], [], []],
  ])('%s', (text, words, state, host, tag) => {
    expect(parseQuery(text)).toEqual({ words, tokens: { state, health: [], host, tag } })
  })

  test('healths are filtered as states are', () => {
    const { tokens } = parseQuery('health:full HEALTH:connections-exhausted')
    expect(tokens.health).toEqual(['full', 'connections-exhausted'])
    expect(toggleToken('shop', 'health', 'host-away')).toBe('shop health:host-away')
  })

  test('a filter of a menu is taken in, and out again', () => {
    expect(toggleToken('', 'state', 'failed')).toBe('state:failed')
    expect(toggleToken('shop', 'tag', 'black friday')).toBe('shop tag:"black friday"')
    expect(toggleToken('shop tag:"Black Friday" eu', 'tag', 'black friday')).toBe('shop eu')
    expect(toggleToken('state:failed', 'state', 'failed')).toBe('')
    expect(withoutTokens('a state:failed b state:stopped host:x', 'state')).toBe('a b host:x')
  })
})

describe('what the search lets through', () => {
  const tenants = [
    makeTenant({ id: 'Bücher', health: 'full', tags: ['vip', 'eu'], port: 20_001 }),
    makeTenant({
      id: 'shop',
      host: 'nyc1',
      state: 'failed',
      allow: [{ cidr: '203.0.113.9/32', label: 'Office' }],
    }),
    makeTenant({ id: 'blog', openToAnyone: true, addresses: ['cache.example.com'] }),
  ]
  test.each([
    ['', ['Bücher', 'shop', 'blog']],
    ['bücher', ['Bücher']],
    ['health:full', ['Bücher']],
    ['health:full health:ok', ['Bücher', 'shop', 'blog']],
    ['health:unresponsive', []],
    ['BU\u0308CHER', ['Bücher']],
    ['20001', ['Bücher']],
    ['vip', ['Bücher']],
    ['203.0.113.9', ['shop']],
    ['office', ['shop']],
    ['nyc', ['shop']],
    ['cache.example', ['blog']],
    ['o g', ['blog']],
    ['state:failed', ['shop']],
    ['state:failed state:running', ['Bücher', 'shop', 'blog']],
    ['state:anyone', ['blog']],
    ['state:running tag:eu', ['Bücher']],
    ['host:nyc1 tag:eu', []],
    ['host:ny', []],
    // Nothing is found across two fields.
    ['vip eu', ['Bücher']],
    ['"vip eu"', []],
  ])('%s', (text, names) => {
    expect(filterTenants(tenants, parseQuery(text)).map(({ name }) => name)).toEqual(names)
  })

  test('the choices of a menu are counted, the most frequent first', () => {
    expect(countChoices(tenants, 'state')).toEqual([
      { value: 'running', count: 2 },
      { value: 'anyone', count: 1 },
      { value: 'failed', count: 1 },
    ])
    expect(countChoices(tenants, 'host')).toEqual([
      { value: 'fra1', count: 2 },
      { value: 'nyc1', count: 1 },
    ])
    expect(countChoices(tenants, 'tag').map(({ value }) => value)).toEqual(['eu', 'vip'])
  })
})

test.each<[search: string, text: string | undefined]>([
  ['', undefined],
  ['new', undefined],
  ['host=', undefined],
  ['host=web1', 'host:web1'],
  [`host=${encodeURIComponent('rack+1 é')}`, 'host:"rack+1 é"'],
])('a place with %o fills the search field with %o', (search, text) => {
  expect(readLinkedQuery(search)).toBe(text)
})
