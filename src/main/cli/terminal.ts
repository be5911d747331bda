import { renderDocument, renderPlain } from './terminal-text.ts'

/**
 * The person at the other end of a command, or the script. Results go to standard output, everything else to standard
 * error. Without a terminal nothing waits for an answer. All text goes out here, and none of it can steer a terminal.
 */
export interface Terminal {
  readonly json: boolean
  /** Whether somebody can be asked. */
  readonly interactive: boolean
  print(text: string): void
  note(text: string): void
  /** Asks a yes-or-no question; no is the default. */
  confirm(question: string): Promise<boolean>
  /** Asks for a secret without showing it. */
  askSecret(question: string): Promise<string>
  /** All of standard input, for secrets that a script gives. */
  readStandardInput(): Promise<string>
}

export function openTerminal({ json }: { json: boolean }): Terminal {
  // Questions are written to standard error, so that standard output stays parseable.
  const context = { output: process.stderr }
  const render = json ? renderDocument : renderPlain
  return {
    json,
    interactive: process.stdin.isTTY === true && process.stderr.isTTY === true,
    print: (text) => void process.stdout.write(`${render(text)}\n`),
    note: (text) => void process.stderr.write(`${render(text)}\n`),
    // Loaded when something is asked: most commands ask nothing.
    async confirm(question) {
      const { default: confirm } = await import('@inquirer/confirm')
      return confirm({ message: renderPlain(question), default: false }, context)
    },
    async askSecret(question) {
      const { default: password } = await import('@inquirer/password')
      return password({ message: renderPlain(question) }, context)
    },
    async readStandardInput() {
      const chunks: Buffer[] = []
      for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk))
      return Buffer.concat(chunks).toString('utf8')
    },
  }
}
