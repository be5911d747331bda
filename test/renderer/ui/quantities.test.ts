import { describe, expect, test } from 'vitest'
import { renderEndpoint } from '../../../src/renderer/ui/endpoint.ts'
import {
  renderBytes,
  renderDuration,
  renderHitRatio,
  renderMegabytes,
} from '../../../src/renderer/ui/quantities.ts'

describe('quantities for people', () => {
  test.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1 KB'],
    [67_000_000, '63.9 MB'],
    [2 ** 30 * 1.5, '1.5 GB'],
    [2 ** 50, '1024 TB'],
  ])('%d bytes', (count, text) => {
    expect(renderBytes(count)).toBe(text)
  })

  test.each([
    [999 * 2 ** 20, '999 MB'],
    [1004 * 2 ** 20, '0.98 GB'],
    [2 ** 30, '1 GB'],
    [2 ** 50, '1024 TB'],
  ])('%d bytes in three digits', (count, text) => {
    expect(renderBytes(count, 1000)).toBe(text)
  })

  test.each([
    [64, '64 MB'],
    [1024, '1 GB'],
    [1536, '1.5 GB'],
  ])('%d MB', (megabytes, text) => {
    expect(renderMegabytes(megabytes)).toBe(text)
  })

  test.each([
    [0, 0, '–'],
    [1, 0, '100.0 %'],
    [973, 27, '97.3 %'],
  ])('%d hits, %d misses', (hits, misses, text) => {
    expect(renderHitRatio(hits, misses)).toBe(text)
  })

  test.each([
    [0, '0 ms'],
    [999.4, '999 ms'],
    [4_200, '4.2 s'],
    [190_000, '3 min 10 s'],
    [7_500_000, '2 h 5 min'],
    [1_047_600_000, '12 d 3 h'],
  ])('%d ms', (milliseconds, text) => {
    expect(renderDuration(milliseconds)).toBe(text)
  })

  test.each([
    ['203.0.113.7', 20_000, '203.0.113.7:20000'],
    ['2001:db8::7', 20_000, '[2001:db8::7]:20000'],
    ['cache.example.com', 20_000, 'cache.example.com:20000'],
    [undefined, 20_000, ''],
    ['203.0.113.7', null, ''],
  ])('%s and port %s', (address, port, text) => {
    expect(renderEndpoint(address, port)).toBe(text)
  })
})
