import { expect, it } from 'vitest'
import { rememberSaid } from '../../../src/main/cli/said-before.ts'
import { openTerminal } from '../../../src/main/cli/terminal.ts'

it('what went out already is known as a part of it, whichever way it went', () => {
  const shown: string[] = []
  const quiet = { ...openTerminal({ json: false }), print: (text: string) => void shown.push(text) }
  const { terminal, wasSaid } = rememberSaid({ ...quiet, note: quiet.print })
  terminal.print('BAD  Server  web1 is another server than before. Trust it.')
  terminal.note('The store is read only.')
  expect(shown).toHaveLength(2)
  expect(wasSaid('web1 is another server than before. Trust it.')).toBe(true)
  expect(wasSaid('The store is read only.')).toBe(true)
  expect(wasSaid('web2 is another server than before. Trust it.')).toBe(false)
})
