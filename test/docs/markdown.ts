/** A heading and what follows it, up to the next heading. */
export interface Section {
  readonly title: string
  readonly body: string
}

/** The sections of a document in their order; what comes before the first heading has none. */
export function parseSections(text: string): Section[] {
  const parts = text.split(/^#{1,6} (.+)\n/m)
  return parts.flatMap((title, index) => (index % 2 === 1 ? [{ title, body: parts[index + 1] ?? '' }] : []))
}

/** The texts between backticks, outside of code blocks: `` `--tag`, `tenant list` `` is `--tag` and `tenant list`. */
export function parseCodeSpans(text: string): string[] {
  return [...withoutBlocks(text).matchAll(/`([^`]+)`/g)].map(([, span = '']) => span.replaceAll('\n', ' '))
}

/** The lines of code blocks that are indented by four spaces, without them. */
export function parseCodeLines(text: string): string[] {
  return [...text.matchAll(/^ {4}(.+)$/gm)].map(([, line = '']) => line)
}

const withoutBlocks = (text: string): string =>
  text.replaceAll(/^```[\s\S]*?^```$/gm, '').replaceAll(/^ {4}.*$/gm, '')

/** The rows of the tables in a text, each as its cells; heads are rows like the others. */
export function parseRows(text: string): string[][] {
  return [...text.matchAll(/^\| (.*) \|$/gm)].map(([, cells = '']) => cells.split(' | '))
}
