import { createRequire } from 'node:module'
import { setTimeout } from 'node:timers/promises'
import type * as Keytar from 'keytar'
import { z } from 'zod'

/** The service name of this program's entries in the operating system's keyring. */
const service = 'memharbor'

/** One call of keytar's: its method and what follows the service name. */
export type KeytarCall =
  | readonly ['setPassword', account: string, secret: string]
  | readonly ['getPassword', account: string]
  | readonly ['deletePassword', account: string]

/** An answer of keytar: a secret, null when there is none, or whether something was deleted. */
export type KeytarAnswer = string | boolean | null

/** Answers in the order of the calls, or why there are none. */
export type KeytarResult =
  | { kind: 'answered'; answers: readonly KeytarAnswer[] }
  | { kind: 'failed'; reason: string }

/** Does the calls one after the other, and gives up after `limitMs` milliseconds. */
export type KeytarCaller = (calls: readonly KeytarCall[], limitMs: number) => Promise<KeytarResult>

const answersSchema = z.array(z.union([z.string(), z.boolean(), z.null()]))

/** Reads calls from standard input and writes the answers as JSON: secrets never show in the list of processes. */
const program = `
let text = ''
const parse = (json) => {
  // The parser's own message would quote the text.
  try { return JSON.parse(json) } catch { throw new Error('the request was cut off') }
}
process.stdin.setEncoding('utf8').on('data', (part) => { text += part }).on('end', async () => {
  try {
    const keytar = require(process.argv[1])
    const answers = []
    for (const [method, ...rest] of parse(text)) {
      answers.push((await keytar[method]('${service}', ...rest)) ?? null)
    }
    process.stdout.write(JSON.stringify(answers))
  } catch (error) {
    process.stderr.write(error.message)
    process.exitCode = 1
  }
})`

/**
 * keytar in a process of its own for each call. A locked keyring can wait for a prompt that nobody sees; the call then
 * occupies a thread that even `process.exit` waits for, so it must be possible to kill it.
 */
export const callKeytarInProcess: KeytarCaller = async (calls, limitMs) => {
  const path = findKeytar()
  if (path === undefined) return notInstalled
  const { execa } = await import('execa')
  const result = await execa(process.execPath, ['-e', program, path], {
    input: JSON.stringify(calls),
    timeout: limitMs,
    killSignal: 'SIGKILL',
    reject: false,
  })
  if (result.timedOut) return noAnswer(limitMs)
  if (result.exitCode !== 0) return failedWith(result.stderr)
  return parseAnswers(result.stdout)
}

/** `[null,"correct horse",true]` */
function parseAnswers(text: string): KeytarResult {
  try {
    return { kind: 'answered', answers: answersSchema.parse(JSON.parse(text)) }
  } catch {
    return { kind: 'failed', reason: 'the keyring gave an answer that can not be read' }
  }
}

/** keytar inside this process, for Electron, whose program can't be started as Node (the runAsNode fuse is off). */
export const callKeytarHere: KeytarCaller = async (calls, limitMs) => {
  const path = findKeytar()
  if (path === undefined) return notInstalled
  const answer = async (): Promise<KeytarResult> => {
    // Not import(): Node does not see the names in keytar's CommonJS module.
    const keytar = createRequire(import.meta.url)(path) as typeof Keytar
    const answers: KeytarAnswer[] = []
    for (const call of calls) {
      switch (call[0]) {
        case 'setPassword':
          await keytar.setPassword(service, call[1], call[2])
          answers.push(null)
          break
        case 'getPassword':
          answers.push(await keytar.getPassword(service, call[1]))
          break
        case 'deletePassword':
          answers.push(await keytar.deletePassword(service, call[1]))
          break
      }
    }
    return { kind: 'answered', answers }
  }
  const failed = (error: unknown): KeytarResult =>
    failedWith(error instanceof Error ? error.message : String(error))
  return Promise.race([answer().catch(failed), setTimeout(limitMs, noAnswer(limitMs), { ref: false })])
}

const notInstalled: KeytarResult = { kind: 'failed', reason: 'keytar is not installed' }

/** With the library's own words, such as `Could not connect: No such file or directory`. */
function failedWith(text: string): KeytarResult {
  return { kind: 'failed', reason: `the keyring does not work (${lastLine(text)})` }
}

function noAnswer(limitMs: number): KeytarResult {
  return { kind: 'failed', reason: `the keyring did not answer within ${limitMs / 1000} s` }
}

/** keytar is an optional dependency: where it could not be built it is absent. */
function findKeytar(): string | undefined {
  try {
    return createRequire(import.meta.url).resolve('keytar')
  } catch {
    return undefined
  }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) || 'it said nothing'
}
