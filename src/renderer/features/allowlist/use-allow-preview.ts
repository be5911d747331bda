import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useQueries } from '../../rpc/use-queries.ts'

/** Typing has to rest so long before the text is read. */
const restMs = 150

/**
 * What pasted addresses would mean, for the tenant of that name or a new one. `current`: the preview is one of the text
 * as it stands.
 */
export function useAllowPreview(text: string, name?: string) {
  const [settled] = useDebouncedValue(text, restMs)
  const empty = text.trim() === ''
  const { data, error, isFetching } = useQuery({
    ...useQueries().tenant.previewAllow.queryOptions({ input: { text: settled, name } }),
    enabled: settled.trim() !== '',
    placeholderData: keepPreviousData,
    staleTime: 0,
  })
  const current = empty || (!isFetching && settled === text && error === null)
  return { preview: empty ? undefined : data, error: empty ? null : error, empty, current }
}
