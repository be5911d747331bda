import type { Problem } from '../../../contract/problem.ts'
import { takesOnlyAway } from '../../../core/tenant/takes-away.ts'
import { fail, ProblemError } from '../../../domain/problem-error.ts'
import { throwIfAborted, withLimit } from '../limit.ts'
import type { CallOptions, Link } from '../link.ts'
import { usualTimeLimits } from '../time-limits.ts'
import { type LastWords, type LineChannel, openLineChannel } from './line-channel.ts'
import { boundsOfReply } from './longest-replies.ts'
import { parseReply } from './parse-reply.ts'
import { actions, helperFailed, incompatible, problemOfEnd } from './refusals.ts'
import type { HelperReply } from './replies.ts'
import { createReplyReader } from './reply-reader.ts'
import { type HelperOp, type HelperRequest, protocolVersion } from './requests.ts'
import { createSharedReads } from './shared-reads.ts'
import { startBeside } from './start-beside.ts'
import { whyNotStarted } from './why-not-started.ts'

/** The helper on one host: one process there that stays, so that a change costs a round trip and not a start. */
export interface HelperSession {
  /**
   * Asks and waits for the reply. Requests of several callers are sent at once and answered in order. After TIMED_OUT
   * or a failure of the connection a change may have happened or not: ask again with the same operation id to find out.
   * @param options `timeoutMs` includes starting the helper, for looks that soon come again; without one the start has a
   *   limit of its own (60 s; 180 s for what takes access away), and the answer one after it (10 s)
   *
   * A helper of a later protocol is asked in this panel's: to introduce itself, for its records, and for what takes access
   * away, so that nobody has to update a panel to revoke. All else fails with HELPER_INCOMPATIBLE.
   * @throws ProblemError as {@link problemOfRefusal}, {@link problemOfEnd} and {@link whyNotStarted} say, or of the link;
   *   SUDO_SILENT, TIMED_OUT, CANCELLED
   */
  request<Op extends HelperOp>(
    request: Extract<HelperRequest, { op: Op }>,
    options?: CallOptions,
  ): Promise<HelperReply<Op>>
  /**
   * The version of the helper there (`1.3.0`), as it introduced itself at the start of the session: no round trip where
   * the session is open.
   * @throws ProblemError as `request`
   */
  observeVersion(options?: CallOptions): Promise<string>
  /**
   * The id of the registry there, as it was at the start of the session; null where there was none yet.
   * @throws ProblemError as `request`
   */
  observeRegistry(options?: CallOptions): Promise<string | null>
  /** Whether sudo was asked to start the helper and has not done so yet. */
  isStarting(): boolean
  /** What is asked from now on is answered by the helper as it is installed there now: a process stays as it began. */
  renew(): Promise<void>
  close(): Promise<void>
}

export interface HelperOptions {
  /**
   * It takes access away: it finds a place on the host also where others hang, and sudo has longer to start it. Beside a
   * start that seems to hang others are tried.
   */
  readonly isUrgent?: boolean
  /** Called when sudo takes long to start it. */
  readonly onSlowStart?: () => void
}

/** A session that was begun, and what the helper said of itself. */
interface Begun {
  readonly channel: LineChannel
  readonly hello: HelperReply<'hello'>
}

/** The first protocol, in which every helper introduces itself. */
const firstProtocol = 1

/**
 * Nothing is started before the first request; a session that ended is started again by the next one. A start that a
 * caller gave up goes on for the next.
 */
export function openHelper(
  link: Link,
  host: string,
  { callMs, slowStartMs, ...starts } = usualTimeLimits,
  { isUrgent = false, onSlowStart }: HelperOptions = {},
): HelperSession {
  const startMs = isUrgent ? starts.urgentStartMs : starts.startMs
  /** For its place among the sessions there. */
  const placeMs = isUrgent ? startMs : callMs
  const share = createSharedReads()
  let current: Promise<Begun> | undefined
  let isClosed = false
  /** Starts that sudo has not carried out yet: at most two. */
  let starting = 0
  const closing = new AbortController()

  /** One session for all callers, so it does not end when the caller who happened to start it gives up. */
  const start = async (): Promise<Begun> => {
    const { signal } = closing
    // A host that is away is known to be so as soon as ever: only sudo has longer.
    await link.connect({ timeoutMs: callMs, signal })
    if (!isUrgent || link.info().kind !== 'ssh') return await startOne(signal, false)
    return await startBeside({
      start: startOne,
      discard: ({ channel }) => channel.close(),
      slowMs: slowStartMs,
      withinMs: startMs,
      signal,
    })
  }

  const startOne = async (signal: AbortSignal, isBeside: boolean): Promise<Begun> => {
    const session = await link.start('helper', { timeoutMs: placeMs, signal, isUrgent, isBeside })
    // Its place among the sessions of this host is wanted for the next.
    if (signal.aborted) session.giveUp()
    // A link to this computer has no sudo in between.
    const isBySudo = link.info().kind === 'ssh'
    if (isBySudo) starting += 1
    const isNews = isBySudo && !isBeside
    const slow = isNews && onSlowStart !== undefined ? setTimeout(onSlowStart, slowStartMs) : undefined
    const limit = { host, action: 'start the helper', timeoutMs: startMs, signal }
    const begun = withLimit(limit, async (inner) => {
      const channel = openLineChannel(session)
      inner.addEventListener('abort', () => {
        session.giveUp()
        channel.close()
      })
      try {
        const request = { v: firstProtocol, op: 'hello' } as const
        const hello = await ask(link, channel, 'hello', request, inner, (ended) =>
          whyNotStarted(link, ended, startMs, inner),
        )
        if (hello.protocol < firstProtocol) fail(incompatibleHelper(host, hello))
        return { channel, hello }
      } catch (error) {
        channel.close()
        throw error
      }
    })
    try {
      return await begun
    } catch (error) {
      if (!isBySudo || !isTimedOut(error)) throw error
      return fail({ code: 'SUDO_SILENT', details: { host, afterMs: startMs } }, error)
    } finally {
      clearTimeout(slow)
      if (isBySudo) starting -= 1
    }
  }

  const connect = async (): Promise<Begun> => {
    const known = current
    const begun = await known?.catch(() => undefined)
    if (begun?.channel.isOpen() === true) return begun
    if (isClosed) fail(helperFailed(host, 'hello', 'its connection was closed here'))
    // The first request after the end starts anew; the others find that in `current`.
    if (current === known || current === undefined) current = start()
    return await current
  }

  /** Longer than a start and a request, each of which ends within its own limit. */
  const patientMs = callMs + placeMs + startMs + callMs + callMs

  /** Within the limit of the caller's request where that has one, else as soon as the helper is there. */
  const within = async <T>(
    action: string,
    { timeoutMs, signal }: CallOptions,
    work: (begun: Begun, inner: AbortSignal) => Promise<T>,
  ): Promise<T> => {
    const wait = { host, action, timeoutMs: patientMs, signal }
    const early = timeoutMs === undefined ? await withLimit(wait, connect) : undefined
    return await withLimit({ host, action, timeoutMs: timeoutMs ?? callMs, signal }, async (inner) => {
      const begun = early ?? (await connect())
      throwIfAborted(inner, action)
      return await work(begun, inner)
    })
  }

  const exchange = async <Op extends HelperOp>(
    request: Extract<HelperRequest, { op: Op }>,
    options: CallOptions,
  ): Promise<HelperReply<Op>> => {
    const op: Op = request.op
    return await within(actions[op], options, async ({ channel, hello }, inner) => {
      // A helper that did not answer in time gets no further requests; a caller who cancelled says nothing about it.
      inner.addEventListener('abort', () => options.signal?.aborted !== true && channel.retire())
      const v = Math.min(hello.protocol, protocolVersion)
      const mayAsk =
        hello.protocol <= protocolVersion || (await isForLaterHelper(link, channel, request, inner))
      if (!mayAsk) fail(incompatibleHelper(host, hello))
      return await ask(link, channel, op, { v, ...request }, inner)
    })
  }

  return {
    request: async (request, options = {}) => {
      if (!isOfAllTenants(request)) return await exchange(request, options)
      const { timeoutMs = patientMs, signal } = options
      const limit = { host, action: actions[request.op], timeoutMs, signal }
      // Each asker has a limit of its own; the reading goes on for the others.
      return await withLimit(limit, () => share(JSON.stringify(request), () => exchange(request, {})))
    },
    observeVersion: async (options = {}) =>
      (await within(actions.hello, options, async ({ hello }) => hello)).version,
    observeRegistry: async (options = {}) =>
      (await within(actions.hello, options, async ({ hello }) => hello)).hostId,
    isStarting: () => starting > 0,
    renew: async () => {
      const begun = await current?.catch(() => undefined)
      begun?.channel.retire()
    },
    close: async () => {
      isClosed = true
      closing.abort()
      const begun = await current?.catch(() => undefined)
      begun?.channel.close()
    },
  }
}

/** Replies of megabytes, which change nothing: askers share them. */
const isOfAllTenants = (request: HelperRequest): boolean =>
  request.op === 'observe' || (request.op === 'records' && typeof request.tenantId !== 'string')

const isTimedOut = (error: unknown): boolean =>
  error instanceof ProblemError && error.problem.code === 'TIMED_OUT'

/** Whether a helper of a later protocol is asked for it: what it answers has not changed, and nothing is opened. */
async function isForLaterHelper(
  link: Link,
  channel: LineChannel,
  request: HelperRequest,
  signal: AbortSignal,
): Promise<boolean> {
  switch (request.op) {
    case 'hello':
    case 'records':
    case 'close':
    case 'remove':
      return true
    case 'put': {
      const { tenant } = request
      const present = { v: protocolVersion, op: 'records', tenantId: tenant.id } as const
      const { tenants } = await ask(link, channel, 'records', present, signal)
      return takesOnlyAway(tenants[tenant.id], tenant)
    }
    case 'observe':
    case 'configure':
    case 'reserve':
    case 'restore':
    case 'teardown':
    case 'denied':
    case 'listeners':
    case 'clients':
    case 'disconnect':
      return false
  }
}

const incompatibleHelper = (host: string, { version, protocol }: HelperReply<'hello'>) =>
  incompatible(host, `${version} with protocol ${protocol}`)

/** @throws ProblemError as {@link parseReply} says, and where the helper ended what `explain` says of its last words */
async function ask<Op extends HelperOp>(
  link: Link,
  channel: LineChannel,
  op: Op,
  request: HelperRequest & { readonly v: number },
  signal: AbortSignal,
  explain?: (ended: LastWords) => Promise<Problem>,
): Promise<HelperReply<Op>> {
  const line = JSON.stringify(request)
  const { bytes, values } = boundsOfReply(request)
  const answer = await channel.exchange(line, bytes, createReplyReader(values), signal)
  if (answer.kind === 'read') return parseReply(link.host, op, answer.read)
  return fail((await explain?.(answer)) ?? problemOfEnd(link.host, op, answer, link.info()))
}
