import { afterEach, describe, expect, it, vi } from 'vitest'
import { openTerminal } from '../../../src/main/cli/terminal.ts'

const title = '\u001b]0;PWNED\u0007web'

describe('results and notes of a command', () => {
  afterEach(() => void vi.restoreAllMocks())

  it.each([
    [false, `]0;PWNEDweb\n`],
    [true, `\\u001b]0;PWNED\\u0007web\n`],
  ])('steer no terminal, with --json %o', (json, shown) => {
    const written: string[] = []
    const take = (text: string | Uint8Array): boolean => written.push(String(text)) > 0
    vi.spyOn(process.stdout, 'write').mockImplementation(take)
    vi.spyOn(process.stderr, 'write').mockImplementation(take)
    const terminal = openTerminal({ json })
    terminal.print(title)
    terminal.note(title)
    vi.restoreAllMocks()
    expect(written).toEqual([shown, shown])
  })
})
