import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import type { Readable, Writable } from 'node:stream'
import { z } from 'zod'
import script from './starter.py?raw'

/** A program that has ended, with all that it wrote. */
export interface StartedResult {
  /** null when a signal ended it. */
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
  /** Whether it was killed because its time was over. */
  readonly timedOut: boolean
}

/** A small process that starts programs for this one. */
export interface Starter {
  /** @throws Error when the program cannot be started */
  run(argv: readonly string[], input: string, timeoutMs: number): Promise<StartedResult>
}

const head = z.union([
  z.object({ id: z.int(), failure: z.string() }),
  z.object({
    id: z.int(),
    status: z.int().nullable(),
    timedOut: z.boolean(),
    stdout: z.int().nonnegative(),
    stderr: z.int().nonnegative(),
  }),
])
type Head = z.infer<typeof head>

interface Waiting {
  resolve(result: StartedResult): void
  reject(error: Error): void
}

/** @param env the whole environment of the programs */
export const openStarter = (env: Readonly<Record<string, string>>): Starter => {
  const argv = ['-IS', '-c', script]
  const child = spawn('/usr/bin/python3', argv, { env, detached: true, stdio: ['pipe', 'pipe', 'inherit'] })
  const waiting = new Map<number, Waiting>()
  const hold = holderOf(child)
  const settle = (id: number, end: (one: Waiting) => void): void => {
    const one = waiting.get(id)
    waiting.delete(id)
    hold(waiting.size > 0)
    if (one !== undefined) end(one)
  }
  const fail = (error: Error): void => {
    for (const id of [...waiting.keys()]) settle(id, ({ reject }) => reject(error))
  }
  readReplies(child.stdout, (reply, stdout, stderr) =>
    settle(reply.id, ({ resolve, reject }) => {
      if ('failure' in reply) reject(new Error(reply.failure))
      else resolve({ status: reply.status, timedOut: reply.timedOut, stdout, stderr })
    }),
  )
  child.on('error', fail)
  child.on('exit', () => fail(new Error('the process that starts programs has ended')))
  child.stdin.on('error', fail)
  let last = 0
  return {
    run: (program, input, timeoutMs) =>
      new Promise((resolve, reject) => {
        last += 1
        waiting.set(last, { resolve, reject })
        hold(true)
        const bytes = Buffer.from(input)
        const request = { id: last, argv: program, input: bytes.length, timeout: timeoutMs / 1_000 }
        child.stdin.write(`${JSON.stringify(request)}\n`)
        child.stdin.write(bytes)
      }),
  }
}

/** Keeps this process alive for as long as an answer is waited for, and no longer. */
const holderOf = (child: ChildProcessByStdio<Writable, Readable, null>): ((isHeld: boolean) => void) => {
  child.unref()
  const pipes = [child.stdin, child.stdout] as unknown as Socket[]
  const hold = (isHeld: boolean): void => {
    for (const pipe of pipes) {
      if (isHeld) pipe.ref()
      else pipe.unref()
    }
  }
  hold(false)
  return hold
}

/** Calls `take` with each whole reply, however its bytes arrive. */
const readReplies = (output: Readable, take: (reply: Head, stdout: string, stderr: string) => void): void => {
  let chunks: Buffer[] = []
  let length = 0
  let wanted = 1
  output.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    length += chunk.length
    if (length < wanted) return
    let rest = Buffer.concat(chunks)
    for (;;) {
      const end = rest.indexOf('\n')
      if (end < 0) {
        wanted = rest.length + 1
        break
      }
      const reply = head.parse(JSON.parse(rest.toString('utf8', 0, end)))
      const sizes = 'failure' in reply ? { stdout: 0, stderr: 0 } : reply
      const from = end + 1
      const middle = from + sizes.stdout
      wanted = middle + sizes.stderr
      if (rest.length < wanted) break
      take(reply, rest.toString('utf8', from, middle), rest.toString('utf8', middle, wanted))
      rest = rest.subarray(wanted)
    }
    chunks = [rest]
    length = rest.length
  })
}
