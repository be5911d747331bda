import { until } from './condition.ts'
import { killCommand } from './kill.ts'
import { start } from './run.ts'

/** A long-lived program in a namespace. */
export interface Running {
  write(text: string): Promise<void>
  /** Ends its standard input. */
  end(): Promise<void>
  /** Its standard output so far. */
  output(): Promise<string>
  /** Waits until its output holds `text` and returns the output; throws after `timeoutMs` (5 s unless given). */
  waitFor(text: string, timeoutMs?: number): Promise<string>
  /** Resolves with its status, null when a signal ended it. */
  exited(): Promise<number | null>
  kill(): Promise<void>
}

export const startRunning = (argv: readonly string[]): Running => {
  const child = start(argv)
  const ended = (async () => (await child).exitCode ?? null)()
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += String(chunk)
  })
  child.stderr.resume()
  // Writing to a program that has ended is answered by `exited`.
  child.stdin.on('error', () => {})
  return {
    write: async (text) => {
      child.stdin.write(text)
    },
    end: async () => {
      child.stdin.end()
    },
    output: async () => output,
    waitFor: async (text, timeoutMs = 5_000) => {
      await until(`${argv.at(-1)} writes ${JSON.stringify(text)}`, () => output.includes(text), timeoutMs)
      return output
    },
    exited: () => ended,
    kill: async () => {
      if (child.pid !== undefined) killCommand(argv[0] ?? '', child.pid)
      await ended
    },
  }
}
