import { describe, expect, test } from 'vitest'
import {
  findPressed,
  type KeyLayout,
  type PressedKey,
  readLetter,
} from '../../../src/renderer/frame/match-keys.ts'

type Held = 'shift' | 'ctrl' | 'meta' | 'alt' | 'altgr'

const pressed = (key: string, code: string, ...held: Held[]): PressedKey => ({
  ...{ key, code },
  shiftKey: held.includes('shift'),
  ctrlKey: held.includes('ctrl'),
  metaKey: held.includes('meta'),
  altKey: held.includes('alt'),
  altGraph: held.includes('altgr'),
})

const bindings = ['mod+alt+N', 'mod+alt+S', 'mod+alt+O', 'mod+K', 'mod+1', 'mod+,', '/', '[', 'alt+ArrowUp']
const find = (key: PressedKey, isMac = false, layout?: KeyLayout): string | undefined =>
  findPressed(
    bindings.map((keys) => ({ keys })),
    key,
    { isMac, layout },
  )?.keys

describe('the keys of actions', () => {
  test.each([
    ['QWERTY', pressed('k', 'KeyK', 'ctrl'), 'mod+K'],
    ['with caps lock', pressed('K', 'KeyK', 'ctrl'), 'mod+K'],
    ['Cyrillic', pressed('л', 'KeyK', 'ctrl'), 'mod+K'],
    ['Greek', pressed('κ', 'KeyK', 'ctrl'), 'mod+K'],
    ['Dvorak, by what is written on the key', pressed('k', 'KeyV', 'ctrl'), 'mod+K'],
    ['Dvorak, not by the place', pressed('t', 'KeyK', 'ctrl'), undefined],
    ['Dvorak, a sign at the place of a letter', pressed(',', 'KeyW', 'ctrl'), 'mod+,'],
    ['AZERTY, digits with Shift', pressed('&', 'Digit1', 'ctrl'), 'mod+1'],
    ['AZERTY, a letter elsewhere', pressed(',', 'KeyM', 'ctrl'), 'mod+,'],
    ['Arabic digits', pressed('١', 'Digit1', 'ctrl'), 'mod+1'],
    ['digits beside', pressed('1', 'Numpad1', 'ctrl'), 'mod+1'],
    ['Cyrillic comma', pressed('б', 'Comma', 'ctrl'), 'mod+,'],
    ['German slash', pressed('/', 'Digit7', 'shift'), '/'],
    ['German bracket on Linux', pressed('[', 'Digit8', 'altgr'), '['],
    ['German bracket on Windows', pressed('[', 'Digit8', 'altgr', 'ctrl', 'alt'), '['],
    ['an umlaut where a bracket is on QWERTY', pressed('ü', 'BracketLeft'), undefined],
    ['Polish ś is typed', pressed('ś', 'KeyS', 'altgr', 'ctrl', 'alt'), undefined],
    ['arrows', pressed('ArrowUp', 'ArrowUp', 'alt'), 'alt+ArrowUp'],
    ['one modifier too many', pressed('k', 'KeyK', 'ctrl', 'shift'), undefined],
    ['the Windows key', pressed('k', 'KeyK', 'meta'), undefined],
    ['no modifier', pressed('k', 'KeyK'), undefined],
  ])('%s', (_name, key, keys) => {
    expect(find(key)).toBe(keys)
  })

  test('⌥ on a Mac gives other letters or none', () => {
    expect(find(pressed('Dead', 'KeyN', 'meta', 'alt'), true)).toBe('mod+alt+N')
    expect(find(pressed('ß', 'KeyS', 'meta', 'alt'), true)).toBe('mod+alt+S')
    expect(find(pressed('~', 'KeyN', 'meta', 'alt'), true)).toBe('mod+alt+N')
    // A Mac's own keys for moving in a text.
    expect(find(pressed('k', 'KeyK', 'ctrl'), true)).toBeUndefined()
  })

  test('Dvorak on a Mac, where only the browser can tell', () => {
    const dvorak: KeyLayout = new Map([
      ['KeyS', 'o'],
      ['Semicolon', 's'],
      ['KeyQ', "'"],
    ])
    expect(find(pressed('ø', 'KeyS', 'meta', 'alt'), true, dvorak)).toBe('mod+alt+O')
    expect(find(pressed('ß', 'Semicolon', 'meta', 'alt'), true, dvorak)).toBe('mod+alt+S')
    expect(readLetter(pressed('æ', 'KeyQ', 'meta', 'alt'), dvorak)).toBeUndefined()
  })

  test('what is written wins over the place', () => {
    const digits = ['mod+1', 'mod+2'].map((keys) => ({ keys }))
    expect(findPressed(digits, pressed('2', 'Digit1', 'ctrl'), { isMac: false })?.keys).toBe('mod+2')
  })
})
