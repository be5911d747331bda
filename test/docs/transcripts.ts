/** A command and what a document says it prints. */
export interface Transcript {
  /** Without `npx memharbor` and without the comment behind it: `tenant list`. */
  readonly command: string
  /** Lines, of which `…` stands for any number that are left out; empty where nothing is said of it. */
  readonly output: readonly string[]
}

const leftOut = '…'
const block = /^ {4}/

/**
 * The commands of a document's code blocks with what follows each up to the next:
 *
 *         $ npx memharbor tenant delete acme --yes    # it asks otherwise
 *         …
 *         acme on web1 is deleted.
 */
export function parseTranscripts(text: string): Transcript[] {
  const found: { command: string; output: string[] }[] = []
  let open: string[] | undefined
  for (const line of text.split('\n')) {
    if (!block.test(line)) open = undefined
    const command = /^ {4}\$ npx memharbor (.+?)(?: +# .*)?$/.exec(line)?.[1]
    if (command !== undefined) {
      open = []
      found.push({ command, output: open })
    } else open?.push(line.replace(block, ''))
  }
  return found
}

/** The lines of the first code block that has the given text in it. */
export function findCodeBlock(text: string, words: string): string[] {
  const found = text.match(/(?:^ {4}.*\n)+/gm)?.find((lines) => lines.includes(words))
  if (found === undefined) throw new Error(`no code block has "${words}" in it`)
  return found
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(block, ''))
}

/**
 * The printed lines, with a `…` wherever the document leaves lines out: the document's lines if they are all there, in
 * their order and next to each other but for those; else all that was printed, so that a test shows the difference.
 */
export function leaveOut(printed: readonly string[], documented: readonly string[]): readonly string[] {
  const parts = splitAt(documented)
  let at = 0
  for (const [index, part] of parts.entries()) {
    // Only what stands before the first … has to be at the start.
    const last = index === 0 ? 0 : printed.length - part.length
    const start = index === parts.length - 1 && index > 0 ? last : findPart(printed, part, at, last)
    if (start < at || !part.every((line, offset) => printed[start + offset] === line)) return printed
    at = start + part.length
  }
  return parts.length > 1 || at === printed.length ? documented : printed
}

/** The document's lines between one `…` and the next. */
function splitAt(documented: readonly string[]): string[][] {
  const parts: string[][] = [[]]
  for (const line of documented) {
    if (line.trim() === leftOut) parts.push([])
    else parts.at(-1)?.push(line)
  }
  return parts
}

function findPart(printed: readonly string[], part: readonly string[], from: number, to: number): number {
  for (let start = from; start <= to; start += 1) {
    if (part.every((line, offset) => printed[start + offset] === line)) return start
  }
  return -1
}

/**
 * The lines that stay on a terminal. A question is drawn again with each key, and once more with its answer:
 * `? Trust this key from now on? (y/N)␛[2K␛[G✔ Trust this key from now on? Yes`.
 */
export function renderTerminal(seen: string): string[] {
  const lines = seen.trimEnd().split('\r\n')
  return lines.map((line) => (line.split('\u001b[2K\u001b[G').at(-1) ?? '').replaceAll(controls, ''))
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences of a terminal begin with one.
const controls = /\u001b\[[?\d;]*[A-Za-z]/g

/** The texts that differ from run to run and from machine to machine, each with its stand-in. */
const varying: readonly (readonly [RegExp, string])[] = [
  [/ +\d+ ms\b/g, ' N ms'],
  [/\(\d+ ms\)/g, '(N ms)'],
  [/SHA256:[A-Za-z0-9+/]{43}/g, 'SHA256:KEY'],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, 'TIME'],
  [/(System +).+, Linux \S+, \d+ MB of memory/g, '$1SYSTEM, Linux N, N MB of memory'],
  [/\bDocker \d\S*, API \d+\.\d+/g, 'Docker N, API N'],
  [/\biptables \d[\d.]*\d/g, 'iptables N'],
  [/\bVERSION \d[\d.]*\d/g, 'VERSION N'],
  // As many as before: how many does not matter.
  [/Items before: (\d+), after: \1\b/g, 'Items before: N, after: N'],
]

/** A line without what differs from run to run, for both sides of a comparison. */
export const mask = (line: string): string =>
  varying.reduce((text, [pattern, word]) => text.replaceAll(pattern, word), line).trimEnd()
