/** One address or range of a pasted text, as it stands there. */
export interface PastedEntry {
  /** From 1. */
  readonly line: number
  readonly cidr: string
  readonly label: string
}

/** Separators of entries on a line; within a label only a comma or a semicolon counts. */
const separators = /[\s,;]+/y
const quoted = /"((?:[^"]|"")*)"/y
const bareWord = /[^\s,;=#"]+/y

/** Where a label ends: before a word that begins another entry (`203.0.113.7`, `2001:db8::/32`, `anyone`), or ` # `. */
const labelEnd =
  / (?=# |"?(?:\d{1,3}(?:\.\d{1,3}){1,3}|[\da-f]*:[\da-f:.]*|anyone)(?:\/\d+)?"?(?:[\s,;=#]|$))/iy

/**
 * Splits a typed or pasted text into entries, without judging them. Entries stand on lines of their own or are divided
 * by commas, semicolons or blanks; quotes around them, as spreadsheets write them, are dropped. A label stands behind
 * `=` up to the next entry or ` # `, or behind `#` for every entry of the line that has none; a line with nothing else
 * is a comment.
 *
 * ```
 * # the office
 * 203.0.113.7=front desk, 203.0.113.8=back
 * "198.51.100.0/24"; 2001:db8::/32   # Berlin
 * 192.0.2.1 192.0.2.2
 * ```
 */
export function splitPasted(text: string): PastedEntry[] {
  return (
    text
      .replace(/^\ufeff/, '')
      .split(/\r\n|\r|\n/)
      // One blank for many, so that no pattern below has to try each of them.
      .flatMap((line, index) =>
        splitLine(line.replaceAll(/\s+/g, ' ')).map((entry) => ({ line: index + 1, ...entry })),
      )
  )
}

function splitLine(text: string): { cidr: string; label: string }[] {
  const entries: { cidr: string; label: string | undefined }[] = []
  let lineLabel = ''
  let at = 0
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    const match = pattern.exec(text)
    if (match !== null) at = pattern.lastIndex
    return match
  }
  while (at < text.length) {
    if (take(separators) !== null) continue
    if (text[at] === '#') {
      lineLabel = text.slice(at + 1).trim()
      break
    }
    const quotedEntry = take(quoted)
    // One character that begins nothing (`=`, a lone quote) is an entry of its own, so that it is told and not dropped.
    const cidr = quotedEntry?.[1]?.trim() ?? take(bareWord)?.[0] ?? text[at++] ?? ''
    entries.push({ cidr, label: takeLabel() })
  }
  return entries
    .filter(({ cidr }) => cidr !== '')
    .map(({ cidr, label }) => ({ cidr, label: label ?? lineLabel }))

  function takeLabel(): string | undefined {
    if (take(/ ?= ?/y) === null) return undefined
    const inQuotes = take(quoted)?.[1]
    if (inQuotes !== undefined) return inQuotes.replaceAll('""', '"').trim()
    const start = at
    while (at < text.length && text[at] !== ',' && text[at] !== ';') {
      labelEnd.lastIndex = at
      if (labelEnd.test(text)) break
      at += 1
    }
    return text.slice(start, at).trim()
  }
}
