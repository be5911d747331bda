import { setImmediate } from 'node:timers/promises'
import type { Operation } from '../../../contract/activity.ts'
import type { HostStatus, PanelEvent } from '../../../contract/panel.ts'
import type { Tenant } from '../../../contract/tenant.ts'

/** Tenants that are sent before anything else is done, and then at a time: few enough for a page to draw between. */
const firstPiece = 100
const furtherPiece = 500

/** The state that a watcher reads when it is its turn, so that it always sends the newest. */
export interface WatchedState {
  readonly host: (id: string) => HostStatus | undefined
  readonly tenant: (id: string) => Tenant | undefined
  /** All there was at the start has been read. */
  readonly isLoaded: () => boolean
}

/**
 * One page that reads: what it still has to be sent. Only ids are kept, so a page that reads slowly gets fewer and newer
 * events, and never a queue of old ones.
 */
export interface Watcher {
  readonly touchHost: (id: string) => void
  readonly touchTenant: (id: string) => void
  readonly touchOperation: (operation: Operation) => void
  readonly notice: (sentence: string) => void
  /** Everything there was at the start has been read. */
  readonly lookAgain: () => void
  /** Ends the stream with this error. */
  readonly fail: (error: unknown) => void
  /** The events to be sent, one after the other, until the signal is aborted. */
  readonly read: (signal: AbortSignal) => AsyncGenerator<PanelEvent, void>
}

export function createWatcher(state: WatchedState): Watcher {
  const hosts = new Set<string>()
  const tenants = new Set<string>()
  const operations = new Map<string, Operation>()
  const notices: string[] = []
  let failure: { readonly error: unknown } | undefined
  let pieceSize = firstPiece
  let saidLoaded = false
  /** The reader goes on after what runs now, so what is touched together is sent together. */
  let wake = (): void => {}

  function nextEvent(): PanelEvent | undefined {
    const gone = {
      kind: 'gone',
      tenantIds: takeGone(tenants, state.tenant),
      hostIds: takeGone(hosts, state.host),
    }
    if (gone.tenantIds.length + gone.hostIds.length > 0) return { ...gone, kind: 'gone' }
    if (hosts.size > 0) return { kind: 'hosts', hosts: take(hosts, hosts.size, state.host) }
    if (operations.size > 0) {
      const running = [...operations.values()]
      operations.clear()
      return { kind: 'operations', operations: running }
    }
    const sentence = notices.shift()
    if (sentence !== undefined) return { kind: 'notice', sentence }
    if (tenants.size > 0) {
      const piece = take(tenants, pieceSize, state.tenant)
      pieceSize = furtherPiece
      return { kind: 'tenants', tenants: piece }
    }
    if (saidLoaded || !state.isLoaded()) return undefined
    saidLoaded = true
    return { kind: 'loaded' }
  }

  return {
    touchHost(id) {
      hosts.add(id)
      wake()
    },
    touchTenant(id) {
      tenants.add(id)
      wake()
    },
    touchOperation(operation) {
      operations.set(operation.id, operation)
      wake()
    },
    notice(sentence) {
      notices.push(sentence)
      wake()
    },
    lookAgain: () => wake(),
    fail(error) {
      failure = { error }
      wake()
    },
    async *read(signal) {
      const onAbort = (): void => wake()
      signal.addEventListener('abort', onAbort)
      try {
        while (!signal.aborted) {
          if (failure !== undefined) throw failure.error
          const event = nextEvent()
          if (event === undefined) {
            await new Promise<void>((resolve) => {
              wake = resolve
            })
          } else {
            yield event
            // A piece takes some milliseconds to write: others get their turn between two.
            if (event.kind === 'tenants') await setImmediate()
          }
        }
      } finally {
        signal.removeEventListener('abort', onAbort)
      }
    },
  }
}

function takeGone(ids: Set<string>, find: (id: string) => unknown): string[] {
  const gone: string[] = []
  for (const id of ids) if (find(id) === undefined) gone.push(id)
  for (const id of gone) ids.delete(id)
  return gone
}

function take<T>(ids: Set<string>, most: number, find: (id: string) => T | undefined): T[] {
  const taken: T[] = []
  for (const id of ids) {
    if (taken.length >= most) break
    ids.delete(id)
    const found = find(id)
    if (found !== undefined) taken.push(found)
  }
  return taken
}
