import { createInterface } from 'node:readline'
import { execa } from 'execa'
import { z } from 'zod'
import type { Client } from '../client.ts'
import type { Host } from '../host.ts'
import type { Running } from '../running.ts'
import type { Sandbox } from '../sandbox.ts'
import { type Call, clientFacts, hostFacts, reply, runResult } from './protocol.ts'

type Ask = <Value>(call: Call, schema: z.ZodType<Value>) => Promise<Value>

const nothing = z.null()

/**
 * A sandbox for a process that is not root. sudo asks for its password on the terminal if it must.
 * @param argv starts a program that calls `serveSandbox` with its standard streams
 * @param options `mayAsk` false: where sudo would ask, it fails
 */
export const openSandboxBySudo = (argv: readonly string[], { mayAsk = true } = {}): Sandbox => {
  const child = execa('sudo', [...(mayAsk ? [] : ['-n']), '--', ...argv], {
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'inherit',
    buffer: false,
    reject: false,
    // Cleaning up takes it a moment after this process is gone: its input ends then, and that is its signal.
    cleanup: false,
  })
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
  const gone = new Error(
    'sudo did not start the part that runs as root, or that has ended; what it said is above',
  )
  let running = true
  const ended = (async () => {
    await child
    running = false
    for (const each of waiting.values()) each.reject(gone)
    waiting.clear()
  })()
  child.stdin.on('error', () => {})
  createInterface({ input: child.stdout }).on('line', (line) => {
    const answer = reply.parse(JSON.parse(line))
    const asked = waiting.get(answer.id)
    waiting.delete(answer.id)
    if ('error' in answer) asked?.reject(new Error(answer.error))
    else asked?.resolve(answer.value)
  })
  let last = 0
  const ask: Ask = async (call, schema) => {
    if (!running) throw gone
    last += 1
    const id = last
    const value = await new Promise<unknown>((resolve, reject) => {
      waiting.set(id, { resolve, reject })
      child.stdin.write(`${JSON.stringify({ id, call })}\n`)
    })
    return schema.parse(value)
  }
  return {
    startHost: async (options = {}) => hostOf(ask, await ask({ method: 'startHost', options }, hostFacts)),
    startClient: async ({ id: host }, options) =>
      clientOf(ask, await ask({ method: 'startClient', host, options }, clientFacts)),
    clearLeftovers: () => ask({ method: 'clearLeftovers' }, z.array(z.string())),
    close: async () => {
      child.stdin.end()
      await ended
    },
  }
}

const hostOf = (ask: Ask, facts: z.infer<typeof hostFacts>): Host => {
  const host = facts.id
  const act = (action: Extract<Call, { method: 'hostAction' }>['action']) => async (): Promise<void> => {
    await ask({ method: 'hostAction', host, action }, nothing)
  }
  return {
    ...facts,
    exec: (argv, options = {}) => ask({ method: 'hostExec', host, argv, options }, runResult),
    spawn: async (argv, user) => {
      const as = user === undefined ? {} : { user }
      return runningOf(ask, await ask({ method: 'hostSpawn', host, argv, ...as }, z.int()))
    },
    reboot: async (options = {}) => {
      await ask({ method: 'reboot', host, options }, nothing)
    },
    startDocker: act('startDocker'),
    stopDocker: act('stopDocker'),
    killDocker: act('killDocker'),
    pauseDocker: act('pauseDocker'),
    resumeDocker: act('resumeDocker'),
    startSsh: act('startSsh'),
    stopSsh: act('stopSsh'),
    cutSsh: act('cutSsh'),
    replaceHostKey: () => ask({ method: 'replaceHostKey', host }, z.string()),
    dropLink: act('dropLink'),
    restoreLink: act('restoreLink'),
    stop: act('stop'),
  }
}

const clientOf = (ask: Ask, { client, ...facts }: z.infer<typeof clientFacts>): Client => ({
  ...facts,
  exec: (argv, options = {}) => ask({ method: 'clientExec', client, argv, options }, runResult),
  spawn: async (argv) => runningOf(ask, await ask({ method: 'clientSpawn', client, argv }, z.int())),
  stop: async () => {
    await ask({ method: 'clientStop', client }, nothing)
  },
})

const runningOf = (ask: Ask, running: number): Running => ({
  write: async (text) => {
    await ask({ method: 'write', running, text }, nothing)
  },
  end: async () => {
    await ask({ method: 'runningAction', running, action: 'end' }, nothing)
  },
  output: () => ask({ method: 'runningAction', running, action: 'output' }, z.string()),
  waitFor: (text, timeoutMs = 5_000) => ask({ method: 'waitFor', running, text, timeoutMs }, z.string()),
  exited: () => ask({ method: 'runningAction', running, action: 'exited' }, z.number().nullable()),
  kill: async () => {
    await ask({ method: 'runningAction', running, action: 'kill' }, nothing)
  },
})
