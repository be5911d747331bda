import { useSyncExternalStore } from 'react'
import type { BaseLocationHook } from 'wouter'

/** Where the page is: `#/tenants?new` is the path `/tenants` and the search text `new`. */
function readHash(): readonly [path: string, search: string] {
  const [path = '', ...search] = window.location.hash.replace(/^#?\/?/, '').split('?')
  return [`/${path}`, search.join('?')]
}

/** The path of the screen that is shown: `/tenants`. */
export const readPath = (): string => readHash()[0]
const readSearch = (): string => readHash()[1]

function subscribe(listener: () => void): () => void {
  window.addEventListener('popstate', listener)
  window.addEventListener('hashchange', listener)
  return () => {
    window.removeEventListener('popstate', listener)
    window.removeEventListener('hashchange', listener)
  }
}

function navigate(
  to: string,
  { replace = false, state = null }: { replace?: boolean; state?: unknown } = {},
): void {
  const url = `#/${to.replace(/^#?\/?/, '')}`
  if (replace) window.history.replaceState(state, '', url)
  else window.history.pushState(state, '', url)
  // Writing the history tells nobody.
  window.dispatchEvent(new PopStateEvent('popstate', { state }))
}

/**
 * The router's place is in the hash, and its search text with it (wouter's own hook puts that into the page's address,
 * where a change of place does not take it away).
 */
export const useHashLocation: BaseLocationHook = Object.assign(
  (): [string, typeof navigate] => [useSyncExternalStore(subscribe, readPath), navigate],
  {
    searchHook: (): string => useSyncExternalStore(subscribe, readSearch),
    hrefs: (href: string): string => `#${href}`,
  },
)
