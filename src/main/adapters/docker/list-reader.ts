import { UnusableAnswer } from './unusable-answer.ts'

/** Takes a list as it arrives, without holding more of it than one element. */
export interface ListReader<Element> {
  /** @throws UnusableAnswer from the byte on that makes it no list of such elements */
  add(chunk: Buffer): void
  /** @throws UnusableAnswer where the list has not ended */
  end(): Element[]
}

/** Lists and members of one element: a container that is joined to as many networks as it can be has 60,000. */
const mostValues = 100_000
const mostDepth = 32
/** In bytes; a container has some thousand. */
const longestElement = 1024 * 1024
/** The largest hosts that were tried have 10,000 containers. */
const mostElements = 16_384

/**
 * Reads `[{"Id":"4c01…",…},{…}]`: each element is parsed when its last byte is here, because a list of many megabytes takes
 * twenty times as many when it is parsed.
 * @param parse takes an element after `JSON.parse`; what it throws ends the list
 */
export function createListReader<Element>(
  parse: (element: unknown, at: number) => Element,
): ListReader<Element> {
  const elements: Element[] = []
  let isText = false
  let isEscaped = false
  let depth = 0
  let values = 0
  /** The next text that is due: the list, an element or its end, an element, a comma or the end, nothing. */
  let awaits: 'list' | 'first' | 'element' | 'comma' | 'nothing' = 'list'
  let element = ''

  const count = (): void => {
    values += 1
    if (values > mostValues || depth > mostDepth) refuse('one part of its answer has too many values')
  }
  const take = (bytes: string): void => {
    element += bytes
    if (element.length > longestElement) refuse('one part of its answer is longer than 1 MiB')
  }
  const endElement = (bytes: string): void => {
    take(bytes)
    const text = Buffer.from(element, 'latin1').toString('utf8')
    element = ''
    if (elements.length >= mostElements) refuse(`its answer has more than ${mostElements} parts`)
    elements.push(parse(parseJson(text), elements.length))
    awaits = 'comma'
  }
  /** Between elements. */
  const step = (byte: number): void => {
    if (byte === space || byte === lineFeed || byte === carriageReturn || byte === tab) return
    if (awaits === 'list' && byte === bracket) awaits = 'first'
    else if ((awaits === 'first' || awaits === 'comma') && byte === closingBracket) awaits = 'nothing'
    else if (awaits === 'comma' && byte === comma) awaits = 'element'
    else refuse(unclear)
  }

  return {
    add(chunk) {
      let from = 0
      for (let at = 0; at < chunk.length; at += 1) {
        const byte = chunk[at] ?? 0
        if (depth === 0) {
          if (byte !== brace || (awaits !== 'first' && awaits !== 'element')) {
            step(byte)
            continue
          }
          from = at
          depth = 1
          values = 0
        } else if (isText) {
          if (isEscaped) isEscaped = false
          else if (byte === backslash) isEscaped = true
          else if (byte === quote) isText = false
        } else if (byte === quote) isText = true
        else if (byte === comma) count()
        else if (byte === brace || byte === bracket) {
          depth += 1
          count()
        } else if (byte === closingBrace || byte === closingBracket) {
          depth -= 1
          if (depth === 0) endElement(chunk.toString('latin1', from, at + 1))
        }
      }
      if (depth > 0) take(chunk.toString('latin1', from))
    },
    end() {
      if (awaits !== 'nothing') refuse(unclear)
      return elements
    },
  }
}

const unclear = 'its answer could not be understood'

function refuse(reason: string): never {
  throw new UnusableAnswer(reason)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new UnusableAnswer(unclear, { cause: error })
  }
}

const [space, lineFeed, carriageReturn, tab] = [0x20, 0x0a, 0x0d, 0x09]
const [quote, backslash, comma] = [0x22, 0x5c, 0x2c]
const [brace, closingBrace, bracket, closingBracket] = [0x7b, 0x7d, 0x5b, 0x5d]
