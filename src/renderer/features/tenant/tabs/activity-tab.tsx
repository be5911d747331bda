import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { Operation } from '../../../../contract/activity.ts'
import type { Tenant } from '../../../../contract/tenant.ts'
import { useQueries } from '../../../rpc/use-queries.ts'
import { FailureAlert } from '../../../ui/failure-alert.tsx'
import { mergeOperations } from '../../activity/merge-operations.ts'
import { OperationRow } from './operation-row.tsx'
import tabs from './tabs.module.css'

const most = 50

interface ActivityTabProps {
  readonly tenant: Tenant
  /** Of this tenant, as the live events told: those that run, and those that ended lately. */
  readonly live: readonly Operation[]
}

/** The operations on this tenant, by whom and when, with those that run now on top. */
export function ActivityTab({ tenant, live }: ActivityTabProps) {
  const input = { tenantId: tenant.id, limit: most }
  const { data, error, refetch } = useQuery(useQueries().activity.list.queryOptions({ input }))
  const newest = live[0]?.id
  useEffect(() => {
    if (newest !== undefined) void refetch()
  }, [newest, refetch])
  if (error !== null) return <FailureAlert error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Text className="quiet">Reading the activity…</Text>
  const operations = mergeOperations(data, live).slice(0, most)
  if (operations.length === 0) return <Text className="quiet">Nothing has been done with it yet.</Text>
  return (
    <ul className={tabs.operations} aria-label="Activity">
      {operations.map((operation) => (
        <OperationRow key={operation.id} operation={operation} />
      ))}
    </ul>
  )
}
