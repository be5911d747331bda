import { Alert, Button, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { RefreshCw } from 'lucide-react'
import { describeExit } from '../../../../contract/describe-exit.ts'
import type { Tenant } from '../../../../contract/tenant.ts'
import { useQueries } from '../../../rpc/use-queries.ts'
import { CopyWithLabel } from '../../../ui/copy.tsx'
import { FailureAlert } from '../../../ui/failure-alert.tsx'
import { renderMoment } from '../../../ui/quantities.ts'
import { TextBlock } from '../text-block.tsx'
import tabs from './tabs.module.css'

const lines = 500

/** The container's output, and how it ended the last time. */
export function LogsTab({ tenant }: { readonly tenant: Tenant }) {
  const { data, error, isFetching, refetch } = useQuery({
    ...useQueries().tenant.logs.queryOptions({ input: { id: tenant.id, name: tenant.name, lines } }),
    staleTime: 0,
  })
  const again = (): void => void refetch()
  if (error !== null) return <FailureAlert error={error} onRetry={again} />
  if (data === undefined) return <Text className="quiet">Reading the log from {tenant.host}…</Text>
  const exit = describeExit(data, renderMoment)
  return (
    <>
      <div className={tabs.bar}>
        <Text size="xs" className="quiet">
          {data.text === '' ? '' : `The last ${lines} lines`}
        </Text>
        <span style={{ display: 'flex', gap: 8 }}>
          {data.text !== '' && <CopyWithLabel value={data.text} what="log" />}
          <Button
            variant="default"
            leftSection={<RefreshCw size={14} aria-hidden />}
            onClick={again}
            disabled={isFetching}
          >
            {isFetching ? 'Reading…' : 'Read again'}
          </Button>
        </span>
      </div>
      {exit !== '' && (
        <Alert color={data.lastExit?.outOfMemory ? 'red' : 'yellow'} mb="xs" py={8}>
          {exit}
        </Alert>
      )}
      {data.text === '' ? (
        <Text size="sm" className="quiet">
          It printed nothing. memcached is silent as long as all is well.
        </Text>
      ) : (
        <TextBlock name="Log" text={data.text} />
      )}
    </>
  )
}
