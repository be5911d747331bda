import { describe, expect, test } from 'vitest'
import { findPageFile } from '../../../src/main/window/page-files.ts'

describe('what the page scheme serves', () => {
  test.each([
    ['app://panel/', '/app/page/index.html', 'text/html; charset=utf-8'],
    ['app://panel/index.html', '/app/page/index.html', 'text/html; charset=utf-8'],
    [
      'app://panel/assets/index-1a.js?v=1#top',
      '/app/page/assets/index-1a.js',
      'text/javascript; charset=utf-8',
    ],
    // The address itself takes the dots away.
    ['app://panel/../../secret.js', '/app/page/secret.js', 'text/javascript; charset=utf-8'],
  ])('%s', (address, path, contentType) => {
    expect(findPageFile('/app/page', address)).toEqual({ path, contentType })
  })

  test.each([
    ['above the root', 'app://panel/..%2f..%2fsecret.js'],
    ['beside the root', 'app://panel/..%2fpage-secret/a.js'],
    ['with backslashes', 'app://panel/..%5c..%5csecret.js'],
    ['of a drive', 'app://panel/c%3a/secret.js'],
    ['with a zero', 'app://panel/a%00.js'],
    ['with a broken escape', 'app://panel/%zz.js'],
    ['of another host', 'app://other/index.html'],
    ['of another scheme', 'file:///app/page/index.html'],
    ['of a kind that a page does not have', 'app://panel/store.sqlite'],
    ['that is no address', 'index.html'],
  ])('nothing %s', (_what, address) => {
    expect(findPageFile('/app/page', address)).toBeUndefined()
  })
})
