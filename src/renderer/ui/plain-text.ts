/** A sentence of the program for where nothing can be set as code, such as a title: without the marks around commands. */
export function renderPlain(sentence: string): string {
  return sentence.replaceAll('`', '')
}
