import { useEffect, useState } from 'react'
import { describeFailure } from './describe-failure.ts'

/** Something asked of the router, as far as it is known. */
export type Loaded<T> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'loaded'; readonly value: T }
  | { readonly kind: 'failed'; readonly message: string }

/**
 * What `load` gives, asked for again whenever the window gets the focus, because a command line may have changed it.
 * @param load the same function at every render
 */
export function useLoaded<T>(load: () => Promise<T>): Loaded<T> {
  const [loaded, setLoaded] = useState<Loaded<T>>({ kind: 'loading' })
  useEffect(() => {
    // Only the answer to the latest question counts.
    let latest = 0
    const ask = (): void => {
      const asked = ++latest
      const show = (next: Loaded<T>): void => {
        if (asked === latest) setLoaded(next)
      }
      load().then(
        (value) => show({ kind: 'loaded', value }),
        (error: unknown) => show({ kind: 'failed', message: describeFailure(error) }),
      )
    }
    ask()
    window.addEventListener('focus', ask)
    return () => {
      latest = Number.NaN
      window.removeEventListener('focus', ask)
    }
  }, [load])
  return loaded
}
