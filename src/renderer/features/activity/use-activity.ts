import { useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { Operation } from '../../../contract/activity.ts'
import { useLive } from '../../rpc/live-context.tsx'
import type { LiveState } from '../../rpc/live-state.ts'
import { useQueries } from '../../rpc/use-queries.ts'
import { mergeOperations } from './merge-operations.ts'

const selectOperations = ({ operations }: LiveState): readonly Operation[] => operations

const pageSize = 100

/** Every operation as far as it was loaded, kept up to date by what happens meanwhile. */
export function useActivity() {
  const live = useLive(selectOperations)
  const pages = useInfiniteQuery(
    useQueries().activity.list.infiniteOptions({
      input: (before: string | undefined) => ({
        limit: pageSize,
        ...(before === undefined ? {} : { before }),
      }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (last) => (last.length < pageSize ? undefined : last.at(-1)?.startedAt),
    }),
  )
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage, isPending, refetch } = pages
  const operations = useMemo(() => mergeOperations(data?.pages.flat() ?? [], live), [data, live])
  return { operations, error, hasNextPage, isFetchingNextPage, fetchNextPage, isPending, refetch }
}
