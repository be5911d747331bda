import { afterEach, describe, expect, it, vi } from 'vitest'
import { openTerminal } from '../../../src/main/cli/terminal.ts'

const questions = vi.hoisted((): string[] => [])
vi.mock('@inquirer/confirm', () => ({
  default: async ({ message }: { message: string }) => questions.push(message) === 0,
}))
vi.mock('@inquirer/password', () => ({
  default: async ({ message }: { message: string }) => String(questions.push(message)),
}))

const title = '\u001b]0;PWNED\u0007web'

describe('whatever a command says', () => {
  const written: string[] = []
  const take = (text: string | Uint8Array): boolean => written.push(String(text)) > 0

  afterEach(() => {
    vi.restoreAllMocks()
    questions.length = 0
    written.length = 0
  })

  it.each([
    [false, `]0;PWNEDweb\n`],
    [true, `\\u001b]0;PWNED\\u0007web\n`],
  ])('steers no terminal, with --json %o', async (json, shown) => {
    vi.spyOn(process.stdout, 'write').mockImplementation(take)
    vi.spyOn(process.stderr, 'write').mockImplementation(take)
    const terminal = openTerminal({ json })
    terminal.print(title)
    terminal.note(title)
    await terminal.confirm(title)
    await terminal.askSecret(title)
    vi.restoreAllMocks()
    expect(written).toEqual([shown, shown])
    expect(questions).toEqual([']0;PWNEDweb', ']0;PWNEDweb'])
  })
})
