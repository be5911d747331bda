import type { Terminal } from './terminal.ts'

/** A terminal that remembers what went out, and whether a text was part of that. */
export function rememberSaid(terminal: Terminal): { terminal: Terminal; wasSaid(text: string): boolean } {
  const said: string[] = []
  const remember =
    (show: (text: string) => void) =>
    (text: string): void => {
      said.push(text)
      show(text)
    }
  return {
    terminal: { ...terminal, print: remember(terminal.print), note: remember(terminal.note) },
    wasSaid: (text) => said.some((each) => each.includes(text)),
  }
}
