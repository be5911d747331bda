import type { CommandFacts } from './command-reference.ts'
import { parseCodeLines, parseCodeSpans } from './markdown.ts'

/**
 * The commands that a document has between backticks and in code blocks, as they are written there.
 * @param nouns the words that commands begin with: `tenant`
 */
export function listTyped(text: string, nouns: readonly string[]): string[] {
  return [...parseCodeSpans(text), ...parseCodeLines(text)].filter((line) => {
    // A noun by itself may be any word: a field of a document, a column.
    const [noun = '', verb = ''] = wordsOf(line)
    return nouns.includes(noun) && /^[a-z]+$/.test(verb)
  })
}

/** Whether there is that command, and it has all of the options. */
export function isKnown(line: string, commands: readonly CommandFacts[]): boolean {
  const words = wordsOf(line)
  const command = commands.find(({ path }) => [words.slice(0, 2).join(' '), words[0]].includes(path))
  const flags = words.flatMap((word) => /^\[?(--[a-z][a-z-]*)/.exec(word)?.[1] ?? [])
  return command !== undefined && flags.every((flag) => [...command.allFlags, '--help'].includes(flag))
}

/** `$ npx memharbor tenant list # all of them` is `tenant list`. */
const wordsOf = (line: string): string[] =>
  line
    .replace(/^\$ /, '')
    .replace(/^npx /, '')
    .replace(/^memharbor /, '')
    .replace(/ #.*$/, '')
    .split(/\s+/)
