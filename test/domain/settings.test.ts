import { expect, it } from 'vitest'
import { defaultSettings, parseSettings, type SettingsChange } from '../../src/domain/settings.ts'
import { problemOf } from './problem-of.ts'

it('the defaults are settings themselves', () => {
  expect(parseSettings(defaultSettings)).toEqual(defaultSettings)
})

it('only what is given is changed', () => {
  expect(parseSettings({})).toEqual({})
  expect(parseSettings({ theme: 'dark', portRange: undefined })).toEqual({ theme: 'dark' })
  expect(parseSettings({ tenantColumns: ['name', 'state', 'name'] })).toEqual({
    tenantColumns: ['name', 'state'],
  })
})

it.each<[SettingsChange, string]>([
  [{ newTenant: { memoryMb: 0, maxConnections: 1024 } }, 'INVALID_INPUT'],
  [{ newTenant: { memoryMb: 64.5, maxConnections: 1024 } }, 'INVALID_INPUT'],
  [{ newTenant: { memoryMb: 64, maxConnections: 1 } }, 'INVALID_INPUT'],
  [{ portRange: { from: 29_999, to: 20_000 } }, 'PORT_RANGE_INVALID'],
  [{ portRange: { from: 1, to: 2_000 } }, 'PORT_RANGE_INVALID'],
  [{ portRange: { from: 30_000, to: 40_000 } }, 'PORT_RANGE_INVALID'],
])('%j is refused with %s', (change, code) => {
  expect(problemOf(() => parseSettings(change))?.code).toBe(code)
})
