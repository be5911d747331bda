import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { Tenant } from '../../../contract/tenant.ts'
import { useQueries } from '../../rpc/use-queries.ts'

/** Typing has to rest so long before the text is read. */
const restMs = 150

/**
 * The meaning of pasted addresses, for that tenant or a new one. `current`: the preview is of the text as it stands.
 */
export function useAllowPreview(text: string, tenant?: Pick<Tenant, 'name' | 'allow'>) {
  const { previewAllow } = useQueries().tenant
  const input = (given: string) => ({ text: given, name: tenant?.name })
  const [settled] = useDebouncedValue(text, restMs)
  const empty = text.trim() === ''
  const { data, error, isFetching } = useQuery({
    ...previewAllow.queryOptions({ input: input(settled) }),
    // The tenant's list decides too what the text means, and anybody may change it meanwhile.
    queryKey: [...previewAllow.queryKey({ input: input(settled) }), tenant?.allow.map(({ cidr }) => cidr)],
    enabled: settled.trim() !== '',
    placeholderData: keepPreviousData,
    staleTime: 0,
  })
  const current = empty || (!isFetching && settled === text && error === null)
  return { preview: empty ? undefined : data, error: empty ? null : error, empty, current }
}
