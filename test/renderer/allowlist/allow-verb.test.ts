import { describe, expect, it } from 'vitest'
import type { AllowPreview } from '../../../src/contract/tenant.ts'
import {
  isReadyToAllow,
  renderAllowVerb,
  renderLeftOut,
} from '../../../src/renderer/features/allowlist/allow-verb.ts'

const entry = { cidr: '198.51.100.0/24', label: '', line: 1, addresses: '256', note: '' }
const other = { ...entry, cidr: '203.0.113.7/32' }
const [v4, v6] = [
  { ...entry, cidr: '0.0.0.0/0' },
  { ...entry, cidr: '::/0' },
]
const problem = { line: 2, given: 'foo', sentence: 'no' }
const preview = (part: Partial<AllowPreview>): AllowPreview => ({
  ...{ entries: [], problems: [], leftOut: 0, opensToAnyone: false },
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

  it.each<[preview: AllowPreview | undefined, current: boolean, anyone: boolean, ready: boolean]>([
    [undefined, true, false, false],
    [preview({ entries: [entry] }), true, false, true],
    [preview({ entries: [entry] }), false, false, false],
    [preview({ entries: [entry], problems: [problem], leftOut: 1 }), true, false, true],
    [preview({ problems: [problem], leftOut: 1 }), true, true, false],
    [preview({ entries: [v4, v6], opensToAnyone: true }), true, false, false],
    [preview({ entries: [v4, v6], opensToAnyone: true }), true, true, true],
  ])('%o, current %s, anyone %s: ready %s', (given, current, anyone, ready) => {
    expect(isReadyToAllow({ preview: given, current }, anyone)).toBe(ready)
  })
})
