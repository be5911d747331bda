import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { SandboxState } from '../../../contract/sandbox.ts'
import { fail } from '../../../domain/problem-error.ts'
import { nextSandboxState, type SandboxEvent } from '../../../domain/sandbox-state.ts'
import { findSandboxWay, type SandboxWay } from '../../adapters/sandbox/find-sandbox.ts'
import type { SandboxProcess } from '../../adapters/sandbox/sandbox-process.ts'

/** The one sandbox of this panel. It goes on while pages come and go, and ends with the panel. */
export interface Sandbox {
  /** Whether one can be made from here. */
  findWay(): Promise<SandboxWay>
  /** How it is now, and then every change, until the signal is aborted. A slow reader gets fewer and newer ones. */
  watch(signal: AbortSignal | undefined): AsyncGenerator<SandboxState, void>
  /** @throws ProblemError SANDBOX_FAILED where it cannot be made from here */
  start(): Promise<void>
  /** @throws ProblemError SANDBOX_FAILED when it is not gone in time; it goes on ending */
  stop(): Promise<void>
  /** @throws ProblemError SANDBOX_FAILED while none is up */
  newLink(): Promise<string>
  /** Ends it and all watching. */
  close(): Promise<void>
}

/** Removing it takes 1 to 3 s; packages that are being installed are not interrupted. */
const endWithinMs = 10_000

/** sudo writes every refusal into the system's log, and may send mail about it. */
const refusedForMs = 60_000

export function createSandbox({ log }: { readonly log: Logger }): Sandbox {
  const closing = new AbortController()
  const watchers = new Set<() => void>()
  let state: SandboxState = { kind: 'none' }
  let refusal: { readonly way: SandboxWay; readonly until: number } | undefined
  let program: SandboxProcess | undefined
  /** Two presses at the same moment start one. */
  let starting: Promise<void> | undefined

  function happened(event: SandboxEvent): void {
    const before = state
    state = nextSandboxState(state, event)
    if (state !== before) for (const wake of watchers) wake()
  }

  async function begin(): Promise<void> {
    const way = await findSandboxWay()
    if (way.kind !== 'here') {
      const reason = way.kind === 'none' ? 'it needs Linux' : way.why.replace(/\.$/, '')
      return fail({ code: 'SANDBOX_FAILED', details: { reason, said: [] } })
    }
    const { startSandboxProcess } = await import('../../adapters/sandbox/sandbox-process.ts')
    if (closing.signal.aborted) return
    happened({ kind: 'started' })
    const started = startSandboxProcess(way, (message) =>
      happened(message.kind === 'failed' ? { kind: 'broke' } : message),
    )
    program = started
    log.info('a sandbox was started')
    void started.ended.then((end) => {
      log.info({ reason: end.reason }, 'the sandbox has ended')
      program = undefined
      happened({ kind: 'ended', ...end })
    })
  }

  async function end(running: SandboxProcess): Promise<boolean> {
    happened({ kind: 'stopping' })
    running.stop()
    const limit = new AbortController()
    const late = sleep(endWithinMs, false, { signal: limit.signal }).catch(() => false)
    return Promise.race([running.ended.then(() => true), late]).finally(() => limit.abort())
  }

  return {
    async findWay() {
      if (refusal !== undefined && performance.now() < refusal.until) return refusal.way
      const way = await findSandboxWay()
      refusal = way.kind === 'here' ? undefined : { way, until: performance.now() + refusedForMs }
      return way
    },
    async *watch(signal) {
      const both = signal === undefined ? closing.signal : AbortSignal.any([signal, closing.signal])
      let wake = (): void => {}
      const onChange = (): void => wake()
      watchers.add(onChange)
      both.addEventListener('abort', onChange)
      try {
        for (let sent: SandboxState | undefined; !both.aborted; ) {
          if (sent === state) {
            await new Promise<void>((resolve) => {
              wake = resolve
            })
          } else {
            sent = state
            yield sent
          }
        }
      } finally {
        watchers.delete(onChange)
        both.removeEventListener('abort', onChange)
      }
    },
    async start() {
      if (state.kind === 'stopping') await program?.ended
      if (program !== undefined) return
      starting ??= begin().finally(() => {
        starting = undefined
      })
      await starting
    },
    async stop() {
      await starting?.catch(() => {})
      if (program === undefined || (await end(program))) return
      const reason = `it did not end within ${endWithinMs / 1000} s; it goes on ending by itself`
      fail({ code: 'SANDBOX_FAILED', details: { reason, said: [] } })
    },
    async newLink() {
      const link = state.kind === 'up' ? await program?.newLink() : undefined
      return (
        link ?? fail({ code: 'SANDBOX_FAILED', details: { reason: 'its panel does not answer', said: [] } })
      )
    },
    async close() {
      closing.abort()
      await starting?.catch(() => {})
      if (program === undefined || (await end(program))) return
      log.warn('the sandbox had not ended when the panel did')
    },
  }
}
