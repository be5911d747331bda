import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { toFailure } from '../../rpc/failure.ts'
import { useQueries } from '../../rpc/use-queries.ts'

/** Changes settings, and says how far that is. What fails when its fields are gone is told on whatever screen there is. */
export function useChange() {
  const queries = useQueries()
  const cache = useQueryClient()
  const isShown = useRef(true)
  useEffect(() => {
    isShown.current = true
    return () => {
      isShown.current = false
    }
  }, [])
  return useMutation(
    queries.settings.change.mutationOptions({
      onSuccess: (saved) => cache.setQueryData(queries.settings.get.queryKey(), saved),
      onError: (error) => {
        if (isShown.current) return
        const message = `The settings were not saved. ${toFailure(error).message}`
        notifications.show({ color: 'red', message, autoClose: false })
      },
    }),
  )
}

/** How far a change is, for beside its fields. */
export function describeChange(
  change: Pick<ReturnType<typeof useChange>, 'isPending' | 'isSuccess'>,
  isUnsaved: boolean,
): string {
  if (change.isPending) return 'Saving'
  if (isUnsaved) return 'Not saved'
  return change.isSuccess ? 'Saved' : ''
}
