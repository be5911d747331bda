import { z } from 'zod'
import prepareScript from '../../../../resources/host/prepare.py?raw'
import { fail, ProblemError } from '../../../domain/problem-error.ts'
import { renderForeignText, withLimit } from '../limit.ts'
import type { Link } from '../link.ts'
import { awaitRoot, type RootAnswer } from './await-root.ts'
import type { hostFiles } from './bundled-helper.ts'
import { describeRefused, mostWords } from './observe-root.ts'
import { type LineLimits, type LineRead, openLineReader } from './read-lines.ts'

/** Requests to prepare.py; it runs as root only while a host is prepared, and is never installed. */
export type RootRequest =
  | { readonly op: 'packages'; readonly names: readonly string[] }
  | {
      readonly op: 'install'
      readonly files: typeof hostFiles
      readonly operator: string
      readonly version: string
    }
  | { readonly op: 'image'; readonly tag: string }
  | { readonly op: 'sysctl' }
  | { readonly op: 'reserve'; readonly from: number; readonly to: number }
  | { readonly op: 'dismiss'; readonly operators: readonly string[] }
  | { readonly op: 'policy' }
  | { readonly op: 'docker' }
  | { readonly op: 'uninstall' }

export interface RootSession {
  /**
   * Carries out one request. `onProgress` gets what is being done, in words.
   * @throws ProblemError PREPARE_FAILED with the words of the host, TIMED_OUT
   */
  request(request: RootRequest, step: string, onProgress: (words: string) => void): Promise<void>
  close(): void
}

/** How root is had: by sudo, with the password that it may ask for, or not at all for what an ordinary user may do as well. */
export type RootAccess =
  | { readonly kind: 'sudo'; readonly password: string | undefined }
  | { readonly kind: 'none' }

/** apt on a slow mirror takes minutes. */
const requestTimeoutMs = 20 * 60_000
/** Its longest line is a refusal with apt's words; a step of minutes has some tens of lines. What is above is not prepare.py. */
const limits: LineLimits = { line: 64 * 1024, total: 1024 * 1024 }

const reply = z.union([
  z.object({ progress: z.string() }),
  z.object({ ok: z.literal(true) }),
  z.object({ ok: z.literal(false), message: z.string() }),
])

/**
 * Starts prepare.py on a host. The password goes to sudo only when sudo asks for it; the script follows when sudo has let
 * it through.
 * @param startMs how long sudo is waited for
 * @throws ProblemError SUDO_PASSWORD_NEEDED, SUDO_PASSWORD_WRONG, SUDO_REFUSED, SUDO_SILENT
 */
export async function openRootSession(
  link: Link,
  user: string,
  root: RootAccess,
  startMs: number,
): Promise<RootSession> {
  const { host } = link
  const session = await link.start(root.kind === 'sudo' ? 'prepare' : 'prepareAsUser')
  const lines = openLineReader(session.stream, limits)
  const nextLine = async (): Promise<LineRead> => {
    const next = await lines.next()
    // Nothing of it can be believed any more, and the rest is not waited for.
    if (next.kind === 'too-much') session.close()
    return next
  }
  const password = root.kind === 'sudo' ? root.password : undefined
  try {
    const limit = { host, action: 'become root', timeoutMs: startMs }
    const answer = await withLimit(limit, (signal) => awaitRoot(session, nextLine, password, signal))
    if (answer.kind !== 'root') failBySudo(host, user, answer)
    session.stream.write(`${JSON.stringify(prepareScript)}\n`)
  } catch (error) {
    // A sudo that was closed at its prompt would count that as a password that was wrong.
    session.giveUp()
    if (error instanceof ProblemError && error.problem.code === 'TIMED_OUT' && root.kind === 'sudo')
      return fail({ code: 'SUDO_SILENT', details: { host, afterMs: startMs, user } }, error)
    throw error
  }
  return {
    request: (request, step, onProgress) =>
      withLimit({ host: link.host, action: step, timeoutMs: requestTimeoutMs }, async () => {
        session.stream.write(`${JSON.stringify({ v: 1, ...request })}\n`)
        for (;;) {
          const next = await nextLine()
          const refuse = (reason: string): never =>
            fail({
              code: 'PREPARE_FAILED',
              details: { host: link.host, step, reason: renderForeignText(reason).replace(/\.+$/, '') },
            })
          if (next.kind === 'ended')
            return refuse(session.stderr().replaceAll(session.token, '') || 'the connection ended')
          if (next.kind === 'too-much') return refuse(describeLimit(next.bound))
          const parsed = parseReply(next.line)
          if (parsed === undefined) return refuse('its answer could not be understood')
          if ('progress' in parsed) onProgress(renderForeignText(parsed.progress))
          else if (parsed.ok) return
          else refuse(parsed.message)
        }
      }),
    close: () => session.close(),
  }
}

const describeLimit = (bound: keyof LineLimits): string =>
  bound === 'line'
    ? `a line of its answer is longer than ${limits.line / 1024} KiB`
    : `its answers are longer than ${limits.total / 1024} KiB`

function failByLimit(host: string, bound: keyof LineLimits): never {
  const details = { host, command: 'prepare', reason: describeLimit(bound) }
  return fail({ code: 'COMMAND_FAILED', details })
}

function parseReply(line: string): z.infer<typeof reply> | undefined {
  try {
    return reply.safeParse(JSON.parse(line)).data
  } catch {
    return undefined
  }
}

function failBySudo(host: string, user: string, answer: Exclude<RootAnswer, { kind: 'root' }>): never {
  switch (answer.kind) {
    case 'asks':
      return fail({ code: 'SUDO_PASSWORD_NEEDED', details: { host, user } })
    case 'retries': {
      const words = renderForeignText(answer.words, mostWords)
      return fail({ code: 'SUDO_PASSWORD_WRONG', details: { host, user, words } })
    }
    case 'too-much':
      return failByLimit(host, answer.bound)
    case 'asks-more':
    case 'refuses':
      return fail({ code: 'SUDO_REFUSED', details: { host, user, reason: describeRefused(answer) } })
  }
}
