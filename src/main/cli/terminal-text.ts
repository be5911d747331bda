/**
 * Characters that a terminal obeys instead of showing: control characters of both sets (ESC and U+009B begin escape
 * sequences) and what changes the writing direction. Line breaks and tabs are not among them.
 */
const obeyed = /[^\P{Cc}\n\r\t]|\r(?!\n)|\p{Bidi_Control}/gu

/** Text for a person's terminal: it shows as what it is, whoever wrote it. */
export function renderPlain(text: string): string {
  return text.replaceAll(obeyed, '')
}

/** A JSON document for a terminal: it stays the same document, because such characters are only inside of its strings. */
export function renderDocument(json: string): string {
  return json.replaceAll(obeyed, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
