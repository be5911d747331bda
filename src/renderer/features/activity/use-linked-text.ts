import { useLayoutEffect } from 'react'
import { useLocation, useSearch } from 'wouter'

/**
 * `#/activity?text=acme` fills the search field once; from then on the field alone says what is shown.
 * @param fill the same function at each drawing
 */
export function useLinkedText(fill: (text: string) => void): void {
  const text = new URLSearchParams(useSearch()).get('text')
  const [, navigate] = useLocation()
  // Before anything is painted, so that no other rows flash up.
  useLayoutEffect(() => {
    if (text === null) return
    fill(text)
    navigate('/activity', { replace: true })
  }, [fill, navigate, text])
}
