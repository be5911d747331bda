import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { Operation } from '../../../contract/activity.ts'
import { useLive } from '../../rpc/live-context.tsx'
import type { LiveState } from '../../rpc/live-state.ts'
import { useQueries } from '../../rpc/use-queries.ts'
import {
  type ActivityFilter,
  filterOperations,
  mergeOperations,
  pageAfter,
  toQuestion,
} from './merge-operations.ts'

const selectOperations = ({ operations }: LiveState): readonly Operation[] => operations

const pageSize = 100
/** Typing has to rest so long before all operations are searched, in milliseconds. */
const restMs = 150

/**
 * The operations that the filter lets through as far as they were loaded, kept up to date by what happens meanwhile.
 * `settled`: what is shown is what there is, and not only what was loaded before.
 */
export function useActivity(filter: ActivityFilter) {
  const live = useLive(selectOperations)
  const [rested] = useDebouncedValue(filter, restMs)
  const pages = useInfiniteQuery({
    ...useQueries().activity.list.infiniteOptions({
      input: (after: ReturnType<typeof pageAfter>) => ({
        ...toQuestion(rested),
        ...after,
        limit: pageSize,
      }),
      initialPageParam: undefined as ReturnType<typeof pageAfter>,
      getNextPageParam: (last) => pageAfter(last, pageSize),
    }),
    placeholderData: keepPreviousData,
  })
  const { data, error, hasNextPage, fetchNextPage, isPending, isPlaceholderData, refetch } = pages
  const operations = useMemo(
    () => filterOperations(mergeOperations(data?.pages.flat() ?? [], live), filter),
    [data, live, filter],
  )
  const settled = rested === filter && !isPending && !isPlaceholderData
  return { operations, settled, error, hasNextPage: hasNextPage && settled, fetchNextPage, refetch }
}
