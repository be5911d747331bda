import { setMaxListeners } from 'node:events'
import type { PanelEvent } from '../../../contract/panel.ts'
import type { Touched } from '../../adapters/store/committed.ts'
import type { ServiceContext } from '../context.ts'
import { openSession, type Session } from './session.ts'
import { createWatcher, type Watcher } from './watcher.ts'

/** Everything that pages show, as it happens. Nothing is looked at, and nothing kept, while nobody watches. */
export interface LiveView {
  /** Everything a page shows, and then what changes, until the signal is aborted or the reader ends it. */
  readonly watch: (signal: AbortSignal | undefined) => AsyncGenerator<PanelEvent, void>
  /** To be called when a change has been saved. */
  readonly committed: (touched: Touched) => void
  /** Ends all streams. */
  readonly close: () => void
}

export function createLiveView(context: ServiceContext): LiveView {
  const watchers = new Set<Watcher>()
  const closing = new AbortController()
  let session: { readonly open: Session; readonly end: AbortController } | undefined

  const tell = (work: (watcher: Watcher) => void): void => {
    for (const watcher of watchers) work(watcher)
  }

  function begin(): Session {
    const end = new AbortController()
    // The looks at each host listen.
    setMaxListeners(0, end.signal)
    const open = openSession(
      context,
      {
        onHost: (id) => tell((watcher) => watcher.touchHost(id)),
        onTenant: (id) => tell((watcher) => watcher.touchTenant(id)),
        onOperation: (operation) => tell((watcher) => watcher.touchOperation(operation)),
        onLoaded: () => tell((watcher) => watcher.lookAgain()),
      },
      end.signal,
    )
    end.signal.addEventListener(
      'abort',
      context.notices.listen((sentence) => tell((watcher) => watcher.notice(sentence))),
    )
    session = { open, end }
    return open
  }

  function leave(watcher: Watcher): void {
    watchers.delete(watcher)
    if (watchers.size > 0) return
    session?.end.abort()
    session = undefined
  }

  return {
    async *watch(signal) {
      // A session that was just begun belongs to whoever comes while it loads as well.
      const late: Session[] = session === undefined ? [] : [session.open]
      const state = {
        host: (id: string) => session?.open.host(id),
        tenant: (id: string) => session?.open.tenant(id),
        isLoaded: () => session?.open.isLoaded() ?? false,
      }
      const watcher = createWatcher(state)
      watchers.add(watcher)
      try {
        for (const { ids } of late) {
          const { hosts, tenants } = ids()
          for (const id of hosts) watcher.touchHost(id)
          for (const id of tenants) watcher.touchTenant(id)
        }
        const open = session?.open ?? begin()
        // Not waited for: what else there is comes meanwhile.
        open.listRunning().then((operations) => {
          for (const operation of operations) watcher.touchOperation(operation)
        }, watcher.fail)
        yield* watcher.read(signal === undefined ? closing.signal : AbortSignal.any([signal, closing.signal]))
      } finally {
        leave(watcher)
      }
    },
    committed: (touched) => session?.open.touch(touched),
    close: () => closing.abort(),
  }
}
