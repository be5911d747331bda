import { describe, expect, test } from 'vitest'
import { findPageFile } from '../../../src/main/page/page-files.ts'

describe('which files of a page are served', () => {
  test.each([
    ['/', '/app/page/index.html', 'text/html; charset=utf-8'],
    ['/index.html', '/app/page/index.html', 'text/html; charset=utf-8'],
    ['/assets/index-1a.js', '/app/page/assets/index-1a.js', 'text/javascript; charset=utf-8'],
  ])('%s', (address, path, contentType) => {
    expect(findPageFile('/app/page', address)).toEqual({ path, contentType })
  })

  test.each([
    ['above the root', '/..%2f..%2fsecret.js'],
    ['beside the root', '/..%2fpage-secret/a.js'],
    ['with backslashes', '/..%5c..%5csecret.js'],
    ['of a drive', '/c%3a/secret.js'],
    ['with a zero', '/a%00.js'],
    ['with a broken escape', '/%zz.js'],
    ['above the root, in plain dots', '/../secret.js'],
    ['of a kind that a page does not have', '/store.sqlite'],
    ['that is a folder', '/assets/'],
  ])('nothing %s', (_what, address) => {
    expect(findPageFile('/app/page', address)).toBeUndefined()
  })
})
