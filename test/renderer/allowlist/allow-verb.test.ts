import { describe, expect, it } from 'vitest'
import type { AllowPreview } from '../../../src/contract/tenant.ts'
import {
  isReadyToAllow,
  renderAllowVerb,
  renderLeftOut,
  toConfirmed,
} from '../../../src/renderer/features/allowlist/allow-verb.ts'

const entry = { cidr: '198.51.100.0/24', label: '', line: 1, addresses: '256', note: '', special: '' }
const other = { ...entry, cidr: '203.0.113.7/32' }
const [v4, v6] = [
  { ...entry, cidr: '0.0.0.0/0' },
  { ...entry, cidr: '::/0' },
]
const problem = { line: 2, given: 'foo', sentence: 'no' }
const preview = (part: Partial<AllowPreview>): AllowPreview => ({
  ...{ entries: [], problems: [], leftOut: 0, opensToAnyone: false, widens: '' },
  ...part,
})

describe('what is said of a text of addresses before it is allowed', () => {
  it.each<[preview: AllowPreview | undefined, verb: string]>([
    [undefined, 'Allow'],
    [preview({ entries: [entry] }), 'Allow 1 entry'],
    [preview({ entries: [entry, entry, other] }), 'Allow 2 entries'],
    [preview({ entries: [entry], problems: [problem], leftOut: 1 }), 'Allow 1 entry, leave out 1'],
    [preview({ entries: [entry], problems: [problem], leftOut: 1200 }), 'Allow 1 entry, leave out 1,200'],
    [preview({ problems: [problem], leftOut: 1 }), 'Allow'],
    [preview({ entries: [v4, v6, other] }), 'Allow 2 entries'],
    [preview({ entries: [v4, v6], opensToAnyone: true }), 'Open to anyone'],
    [preview({ entries: [v4, v6], opensToAnyone: true, leftOut: 2 }), 'Open to anyone, leave out 2'],
  ])('%o: %s', (given, verb) => {
    expect(renderAllowVerb(given)).toBe(verb)
    expect(verb.endsWith(renderLeftOut(given))).toBe(true)
  })

  it.each<[preview: AllowPreview | undefined, current: boolean, meant: string, ready: boolean]>([
    [undefined, true, '', false],
    [preview({ entries: [entry] }), true, '', true],
    [preview({ entries: [entry] }), false, '', false],
    [preview({ entries: [entry], problems: [problem], leftOut: 1 }), true, '', true],
    [preview({ problems: [problem], leftOut: 1 }), true, 'all', false],
    [preview({ entries: [v4, v6], opensToAnyone: true, widens: 'all' }), true, '', false],
    [preview({ entries: [v4, v6], opensToAnyone: true, widens: 'all' }), true, 'half', false],
    [preview({ entries: [v4, v6], opensToAnyone: true, widens: 'all' }), true, 'all', true],
    [preview({ entries: [entry], widens: 'half' }), true, '', false],
    [preview({ entries: [entry], widens: 'half' }), true, 'half', true],
  ])('%o, current %s, meant %j: ready %s', (given, current, meant, ready) => {
    expect(isReadyToAllow({ preview: given, current }, meant)).toBe(ready)
  })

  it.each<[preview: AllowPreview | undefined, confirmed: object]>([
    [undefined, {}],
    [preview({ entries: [entry] }), {}],
    [preview({ entries: [entry], widens: 'half' }), { confirmed: 'wide' }],
    [preview({ entries: [v4], widens: 'all', opensToAnyone: true }), { confirmed: 'anyone' }],
  ])('going on with %o confirms %o and nothing wider', (given, confirmed) => {
    expect(toConfirmed(given)).toEqual(confirmed)
  })
})
