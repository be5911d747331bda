import { notifications } from '@mantine/notifications'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'
import type { Settings } from '../../../contract/settings.ts'
import { toFailure } from '../../rpc/failure.ts'
import { useQueries } from '../../rpc/use-queries.ts'
import { type ColumnId, chooseColumns } from './columns.ts'

/** The columns as settings keep them. A change is shown at once, and taken back when it cannot be kept. */
export function useKeptColumns(hosts: number) {
  const queries = useQueries()
  const cache = useQueryClient()
  const { queryKey } = queries.settings.get.queryOptions()
  const { data: settings } = useQuery(queries.settings.get.queryOptions())
  const change = useMutation(
    queries.settings.change.mutationOptions({
      onMutate({ tenantColumns = [] }) {
        cache.setQueryData(queryKey, (before: Settings | undefined) => before && { ...before, tenantColumns })
      },
      onSuccess: (after) => cache.setQueryData(queryKey, after),
      onError(error) {
        void cache.invalidateQueries({ queryKey })
        notifications.show({ color: 'red', message: `The columns are not kept: ${toFailure(error).message}` })
      },
    }),
  )
  const kept = settings?.tenantColumns
  const { mutate } = change
  return {
    columns: useMemo(() => chooseColumns(kept ?? [], hosts), [kept, hosts]),
    setColumns: useCallback(
      (columns: readonly ColumnId[]) => mutate({ tenantColumns: [...columns] }),
      [mutate],
    ),
  }
}
