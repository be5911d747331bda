/** `mod+alt+N` as it is written on the keys: `Ctrl Alt N`, or `⌘ ⌥ N` on a Mac. */
export function renderKeys(keys: string, isMac: boolean): string {
  const names: Readonly<Record<string, string>> = isMac
    ? { mod: '⌘', ctrl: '⌃', alt: '⌥', shift: '⇧' }
    : { mod: 'Ctrl', ctrl: 'Ctrl', alt: 'Alt', shift: 'Shift' }
  return keys
    .split('+')
    .map((key) => names[key.trim().toLowerCase()] ?? key.trim())
    .join(' ')
}
