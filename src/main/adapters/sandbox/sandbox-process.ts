import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { stripVTControlCharacters } from 'node:util'
import { execa } from 'execa'
import { type SandboxWay, sandboxScript } from './find-sandbox.ts'
import {
  forPanelWord,
  type SandboxMessage,
  type SandboxRequest,
  sandboxMessageSchema,
} from './sandbox-message.ts'

/** How a sandbox's program ended. */
export interface SandboxEnd {
  /** Why it ended by itself or left something behind; empty where all is as it should be. */
  readonly reason: string
  /** The last lines that it and the programs it started printed. */
  readonly said: readonly string[]
}

/** A program that makes a sandbox and keeps it until it is told to end. */
export interface SandboxProcess {
  /** Asks for a link to its panel. @returns undefined when it does not answer */
  newLink(): Promise<string | undefined>
  /** Tells it to remove everything and end, as Ctrl-C does. Being told again changes nothing. */
  stop(): void
  /** Settles when it is gone, and what it made with it; never fails. */
  readonly ended: Promise<SandboxEnd>
}

/** Called with every message of the program as it comes, except for links and leftovers. */
export type SandboxListener = (message: Exclude<SandboxMessage, { kind: 'link' | 'left' }>) => void

const linkWithinMs = 5_000
const mostLines = 40

/** Variables of this program's own, or of a Docker that is not the sandbox's: they would lead the script astray. */
const ownVariables = /^(DOCKER_|ELECTRON_|MEMHARBOR_|NODE_CHANNEL_)/

/**
 * Starts the project's own script. It has no input, asks nothing, and ends by itself when the channel to this program is
 * closed, however this one ends.
 */
export function startSandboxProcess(
  { node, project }: Extract<SandboxWay, { kind: 'here' }>,
  tell: SandboxListener,
): SandboxProcess {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !ownVariables.test(name)))
  const child = execa(node, [join(project, sandboxScript), forPanelWord], {
    ...{ cwd: project, env, extendEnv: false },
    ...{ stdin: 'ignore', stdout: 'ignore', stderr: 'pipe', buffer: false },
    // Node and Electron may write JavaScript's values in different versions of their own format.
    ...{ ipc: true, serialization: 'json' },
    // It needs a moment to clean up after this program, and notices its end by the channel.
    ...{ cleanup: false, reject: false },
  })
  const said: string[] = []
  const left: string[] = []
  let failure = ''
  const links: ((link: string | undefined) => void)[] = []
  const answerAll = (link: string | undefined): void => {
    for (const answer of links.splice(0)) answer(link)
  }
  createInterface({ input: child.stderr }).on('line', (line) => {
    const text = stripVTControlCharacters(line).trimEnd()
    if (text === '') return
    said.push(text.slice(0, 500))
    if (said.length > mostLines) said.shift()
  })
  child.on('message', (data) => {
    const { data: message } = sandboxMessageSchema.safeParse(data)
    if (message === undefined) return
    switch (message.kind) {
      case 'link':
        return links.shift()?.(message.link)
      case 'left':
        left.push(message.what)
        return
      case 'failed':
        failure = message.reason
        return tell(message)
      default:
        return tell(message)
    }
  })
  // The program's last messages come before the end of its channel, which may come after the program's own end.
  const silent = child.connected ? once(child, 'disconnect').catch(() => {}) : Promise.resolve()
  const ended = Promise.all([child, silent]).then(([{ exitCode, signal, code }]): SandboxEnd => {
    answerAll(undefined)
    return { reason: describeEnd(failure, left, said, { exitCode, signal, code }), said }
  })
  let isStopping = false
  return {
    ended,
    async newLink() {
      if (!child.connected) return undefined
      const limit = new AbortController()
      const answer = new Promise<string | undefined>((resolve) => {
        links.push(resolve)
      })
      child.send({ kind: 'link' } satisfies SandboxRequest, () => {})
      const late = sleep(linkWithinMs, undefined, { signal: limit.signal }).catch(() => undefined)
      return Promise.race([answer, late]).finally(() => limit.abort())
    },
    stop() {
      if (isStopping) return
      isStopping = true
      child.kill('SIGINT')
    },
  }
}

interface End {
  readonly exitCode?: number | undefined
  readonly signal?: string | undefined
  /** Why it was not started: `ENOENT`. */
  readonly code?: string | undefined
}

/** A signal's end counts as a status above 128: somebody wanted it. */
function describeEnd(
  failure: string,
  left: readonly string[],
  said: readonly string[],
  { exitCode, signal, code }: End,
): string {
  if (failure !== '') return failure
  if (left.length > 0) return `it was ended, and this could not be removed: ${left.join('; ')}`
  if (exitCode === 0 || signal !== undefined || (exitCode ?? 0) >= 128) return ''
  if (exitCode === undefined) return `its program could not be started (${code ?? 'no reason was given'})`
  return `its program ended with status ${exitCode}${said.length === 0 ? '' : `: ${said.at(-1)}`}`
}
