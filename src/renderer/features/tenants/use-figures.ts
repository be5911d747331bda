import { useCallback, useEffect, useState, useSyncExternalStore } from 'react'
import { useClient } from '../../rpc/client-context.tsx'
import { type FiguresPoller, startFiguresPoller } from '../../rpc/figures-poller.ts'
import type { KnownFigures } from '../../rpc/figures-store.ts'
import { useLiveStore } from '../../rpc/live-context.tsx'
import { useDesk } from './desk.tsx'
import { mayHaveFigures } from './observed.ts'

/** The figures known of one tenant; those of another render nothing here. */
export function useFigures(id: string): KnownFigures {
  const { figures } = useDesk()
  return useSyncExternalStore(
    useCallback((listener) => figures.subscribe(id, listener), [figures, id]),
    () => figures.get(id),
  )
}

/** Counts up when figures changed, but not more often than every so many milliseconds; stays where it is when not `wanted`. */
export function useFiguresVersion(wanted: boolean, everyMs: number): number {
  const { figures } = useDesk()
  const [version, setVersion] = useState(figures.version)
  useEffect(() => {
    if (!wanted) return
    setVersion(figures.version())
    const timer = setInterval(() => setVersion(figures.version()), everyMs)
    return () => clearInterval(timer)
  }, [figures, wanted, everyMs])
  return version
}

/** Asks for figures for as long as the component is shown and the page can be seen. */
export function useFiguresPoller(): FiguresPoller | undefined {
  const client = useClient()
  const live = useLiveStore()
  const { figures } = useDesk()
  const [poller, setPoller] = useState<FiguresPoller>()
  useEffect(() => {
    const started = startFiguresPoller(
      (ids, signal) => client.tenant.figures({ ids: [...ids] }, { signal }),
      figures,
      () => {
        const { tenants, tenantsById } = live.get()
        figures.keepOnly((id) => tenantsById.has(id))
        return tenants.filter(mayHaveFigures).map(({ id }) => id)
      },
    )
    const follow = (): void => started.pause(document.hidden)
    follow()
    document.addEventListener('visibilitychange', follow)
    setPoller(started)
    return () => {
      document.removeEventListener('visibilitychange', follow)
      started.stop()
    }
  }, [client, figures, live])
  return poller
}
