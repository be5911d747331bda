/** The fields of a keyboard event that the keys of actions depend on. */
export interface PressedKey {
  /** The layout's character: `n`, `л`, `&`, or `Dead` on a Mac with ⌥ held. */
  readonly key: string
  /** Where it is, by the name it has on a US keyboard: `KeyN`. */
  readonly code: string
  readonly shiftKey: boolean
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
  /** AltGr is held: what is typed is a letter of the layout, such as ś on a Polish one. */
  readonly altGraph: boolean
}

/** The characters of the keys without modifiers, by place, where the browser knows them: `KeyN` is `b` on Dvorak. */
export type KeyLayout = ReadonlyMap<string, string>

export interface KeyPlatform {
  readonly isMac: boolean
  readonly layout?: KeyLayout | undefined
}

const isLetterOrDigit = (text: string): boolean => /^[a-z\d]$/i.test(text)
const isAscii = (text: string): boolean => text.length === 1 && text <= '\u007f'

/**
 * The letter or digit that a key stands for. The layout counts; only where it has no such letter there (Cyrillic, Greek,
 * the digits of AZERTY, ⌥ on a Mac) is it the one that a US keyboard has at that place.
 */
export function readLetter(
  { key, code, altKey }: Pick<PressedKey, 'key' | 'code' | 'altKey'>,
  layout?: KeyLayout,
): string | undefined {
  if (isLetterOrDigit(key)) return key.toLowerCase()
  const own = layout?.get(code)
  if (own !== undefined && isLetterOrDigit(own)) return own.toLowerCase()
  const [, digit] = /^Digit(\d)$/.exec(code) ?? []
  if (digit !== undefined) return digit
  const [, letter] = /^Key([A-Z])$/.exec(code) ?? []
  // A sign at a letter's place is what a Latin layout has there, as Dvorak; with ⌥ it says nothing of the layout.
  const isSign = isAscii(own ?? (altKey ? '' : key))
  return isSign ? undefined : letter?.toLowerCase()
}

/**
 * The binding of several that is pressed. The layout's character wins over the place of a key: `1` of a layout that has
 * it with Shift is not taken for the character written on that key.
 * @param bindings keys as `mod+alt+N`, `alt+ArrowUp`, `/`; `mod` is ⌘ on a Mac and Ctrl elsewhere
 */
export function findPressed<Binding extends { readonly keys: string }>(
  bindings: readonly Binding[],
  pressed: PressedKey,
  platform: KeyPlatform,
): Binding | undefined {
  const { key } = pressed
  const written = bindings.find(
    ({ keys }) => fits(keys, pressed, platform) && wantedKey(keys) === key.toLowerCase(),
  )
  if (written !== undefined) return written
  const letter = readLetter(pressed, platform.layout)
  return bindings.find(({ keys }) => {
    const wanted = wantedKey(keys)
    if (!fits(keys, pressed, platform)) return false
    if (isLetterOrDigit(wanted)) return wanted === letter
    return wanted === ',' && keys !== wanted && pressed.code === 'Comma' && !isAscii(key)
  })
}

const wantedKey = (keys: string): string => keys.split('+').at(-1)?.trim().toLowerCase() ?? ''

/** Whether just those modifiers are held. */
function fits(keys: string, pressed: PressedKey, { isMac }: KeyPlatform): boolean {
  const wanted = wantedKey(keys)
  const names = keys.split('+').map((name) => name.trim().toLowerCase())
  const has = (name: string): boolean => names.includes(name)
  const { shiftKey, ctrlKey, metaKey, altKey, altGraph } = pressed
  const isSign = isAscii(wanted) && !isLetterOrDigit(wanted)
  // Where a layout has a sign only with Shift or AltGr, they belong to writing it.
  if (isSign && names.length === 1 && altGraph) return !metaKey
  if (altGraph || altKey !== has('alt') || (!isSign && shiftKey !== has('shift'))) return false
  return isMac ? metaKey === has('mod') && !ctrlKey : ctrlKey === has('mod') && !metaKey
}
