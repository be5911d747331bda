import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useState,
  useSyncExternalStore,
} from 'react'
import type { LiveState } from './live-state.ts'
import { createLiveStore, type LiveStore } from './live-store.ts'
import type { Loss, PanelConnection } from './panel-connection.ts'

const LiveContext = createContext<LiveStore | undefined>(undefined)

const silent: Loss = {
  sentence: 'The panel no longer tells what happens. Reload to ask it again.',
  canReload: true,
}

/** Reads the panel's events for as long as the page is open. */
export function LiveProvider(props: { readonly connection: PanelConnection; readonly children: ReactNode }) {
  const { client, onLost } = props.connection
  const [store] = useState(createLiveStore)
  useEffect(() => {
    const stop = new AbortController()
    const follow = async (): Promise<void> => {
      for await (const event of await client.panel.watch(undefined, { signal: stop.signal }))
        store.push(event)
    }
    follow().catch(() => {
      // Where the connection is lost too, that says why.
      if (!stop.signal.aborted && store.get().lost === undefined) store.lose(silent)
    })
    const stopListening = onLost((loss) => store.lose(loss))
    return () => {
      stop.abort()
      stopListening()
    }
  }, [client, onLost, store])
  return <LiveContext value={store}>{props.children}</LiveContext>
}

export function useLiveStore(): LiveStore {
  const store = useContext(LiveContext)
  if (store === undefined) throw new Error('useLive outside of LiveProvider')
  return store
}

/**
 * A part of the live state; the component draws again only when that part is another value.
 * @param select gives the same value for the same state, as a function or constant that stays the same between renders
 */
export function useLive<Part>(select: (state: LiveState) => Part): Part {
  const store = useLiveStore()
  return useSyncExternalStore(
    store.subscribe,
    useCallback(() => select(store.get()), [store, select]),
  )
}
