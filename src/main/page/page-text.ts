/**
 * A message for the page, without the characters that change the writing direction: text of a host must not make a line
 * read as another one. They are only inside of JSON's strings, so it stays the same document but for them.
 */
export function renderForPage<T>(message: T): T | string {
  return typeof message === 'string' ? message.replaceAll(/\p{Bidi_Control}/gu, '') : message
}
