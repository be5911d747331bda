import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import prepareScript from '../../../../resources/host/prepare.py?raw'
import { fail } from '../../../domain/problem-error.ts'
import { renderForeignText, withLimit } from '../limit.ts'
import type { CommandSession, Link } from '../link.ts'
import type { hostFiles } from './bundled-helper.ts'
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

/** How root is had: sudo without a password, with one, or not at all for what an ordinary user may do as well. */
export type RootAccess =
  | { readonly kind: 'free' }
  | { readonly kind: 'password'; readonly password: string }
  | { readonly kind: 'none' }

/** apt on a slow mirror takes minutes. */
const requestTimeoutMs = 20 * 60_000
/** sudo looks up the server's own name first, which takes 20 s where no name server answers. */
const startTimeoutMs = 60_000
/** Its longest line is a refusal with apt's words; a step of minutes has some tens of lines. What is above is not prepare.py. */
const limits: LineLimits = { line: 64 * 1024, total: 1024 * 1024 }

const reply = z.union([
  z.object({ progress: z.string() }),
  z.object({ ok: z.literal(true) }),
  z.object({ ok: z.literal(false), message: z.string() }),
])

/**
 * Starts prepare.py on a host. The password goes to sudo as the first line of standard input, only when sudo has said
 * before that it wants one; the script follows when sudo has let it through.
 * @throws ProblemError SUDO_PASSWORD_NEEDED, SUDO_PASSWORD_WRONG, SUDO_REFUSED
 */
export async function openRootSession(link: Link, user: string, root: RootAccess): Promise<RootSession> {
  const commands = { free: 'prepare', password: 'prepareWithPassword', none: 'prepareAsUser' } as const
  const session = await link.start(commands[root.kind])
  const lines = openLineReader(session.stream, limits)
  const nextLine = async (): Promise<LineRead> => {
    const next = await lines.next()
    // Nothing of it can be believed any more, and the rest is not waited for.
    if (next.kind === 'too-much') session.close()
    return next
  }
  try {
    if (root.kind === 'password') session.stream.write(`${root.password}\n`)
    const limit = { host: link.host, action: 'become root', timeoutMs: startTimeoutMs }
    const watch = new AbortController()
    const first = await withLimit(limit, () =>
      Promise.race([nextLine(), awaitRefusal(session, watch.signal)]),
    ).finally(() => watch.abort())
    if (first?.kind === 'too-much') failByLimit(link.host, first.bound)
    if (first?.kind !== 'line' || first.line !== 'ready') failBySudo(link.host, user, session.stderr())
    session.stream.write(`${JSON.stringify(prepareScript)}\n`)
  } catch (error) {
    session.close()
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
          if (next.kind === 'ended') return refuse(session.stderr() || 'the connection ended')
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

/** After a wrong password sudo waits for another one, so its words on standard error are watched beside its output. */
async function awaitRefusal(session: CommandSession, signal: AbortSignal): Promise<undefined> {
  while (
    !signal.aborted &&
    !/try again|incorrect password|a password is required|sudoers/.test(session.stderr())
  ) {
    await pause(50)
  }
  return undefined
}

/**
 * Samples of sudo 1.9 with LC_ALL=C:
 *
 *     Sorry, try again.
 *     sudo: no password was provided
 *     sudo: a password is required
 *     deploy is not in the sudoers file.
 */
function failBySudo(host: string, user: string, stderr: string): never {
  if (/not in the sudoers|may not run sudo|not allowed/.test(stderr)) {
    fail({ code: 'SUDO_REFUSED', details: { host, user, reason: 'sudo does not name this user there' } })
  }
  if (/try again|incorrect password/.test(stderr))
    fail({ code: 'SUDO_PASSWORD_WRONG', details: { host, user } })
  if (/password/.test(stderr)) fail({ code: 'SUDO_PASSWORD_NEEDED', details: { host, user } })
  const reason = renderForeignText(stderr) || 'sudo ended without a word'
  return fail({ code: 'SUDO_REFUSED', details: { host, user, reason } })
}
