import { readProblem } from './command-problem.ts'
import type { Terminal } from './terminal.ts'

/** Where sudo passwords come from: all of standard input, read once, or the person at the terminal. */
export interface PasswordSource {
  /** Whether asking again may give another one. */
  readonly isFixed: boolean
  /** undefined: nobody can be asked. */
  readonly read: (question: string) => Promise<string | undefined>
}

export function openPasswordSource(terminal: Terminal, fromStdin: boolean): PasswordSource {
  let input: Promise<string> | undefined
  if (fromStdin) {
    const read = async (): Promise<string> => (await terminal.readStandardInput()).replace(/\r?\n$/, '')
    return { isFixed: true, read: () => (input ??= read()) }
  }
  return {
    isFixed: false,
    read: async (question) => (terminal.interactive ? terminal.askSecret(question) : undefined),
  }
}

/** Gives sudo's password only when sudo asks for it, so that it is never sent to a command that does not. */
export async function withSudoPassword<T>(
  terminal: Terminal,
  source: PasswordSource,
  call: (password: string | undefined) => Promise<T>,
  question = 'The sudo password there',
): Promise<T> {
  let password: string | undefined
  for (let asked = 0; ; asked += 1) {
    try {
      return await call(password)
    } catch (error) {
      const code = readProblem(error)?.problem.code
      if (code !== 'SUDO_PASSWORD_NEEDED' && code !== 'SUDO_PASSWORD_WRONG') throw error
      if (asked >= 3 || (source.isFixed && password !== undefined)) throw error
      if (code === 'SUDO_PASSWORD_WRONG') terminal.note('That password is wrong.')
      password = await source.read(question)
      if (password === undefined) throw error
    }
  }
}
