import { useLayoutEffect } from 'react'
import { useLocation, useSearch } from 'wouter'
import { changeView, useDesk } from './desk.tsx'
import { readLinkedQuery } from './query.ts'

/** `#/tenants?host=web1` fills the search field once; from then on the field alone says what is shown. */
export function useLinkedQuery(): void {
  const desk = useDesk()
  const text = readLinkedQuery(useSearch())
  const [, navigate] = useLocation()
  // Before anything is painted, so that no other rows flash up.
  useLayoutEffect(() => {
    if (text === undefined) return
    changeView(desk, { text, scrollTop: 0 })
    navigate('/tenants', { replace: true })
  }, [desk, navigate, text])
}
