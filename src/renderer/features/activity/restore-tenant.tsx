import { Box, Button, Text } from '@mantine/core'
import { useCallback } from 'react'
import type { Operation } from '../../../contract/activity.ts'
import type { RestoredTenant } from '../../../contract/tenant.ts'
import { useClient } from '../../rpc/client-context.tsx'
import { useLive } from '../../rpc/live-context.tsx'
import type { LiveState } from '../../rpc/live-state.ts'
import { useWork } from '../../rpc/use-work.ts'
import { FailureAlert } from '../../ui/failure-alert.tsx'
import { Steps } from '../../ui/steps.tsx'

interface RestoreTenantProps {
  /** An operation that deleted a tenant which can be put back. */
  readonly operation: Pick<Operation, 'tenant' | 'tenantId'>
}

/** Puts the tenant back that an operation deleted. */
export function RestoreTenant({ operation }: RestoreTenantProps) {
  const { tenant, tenantId } = operation
  const client = useClient()
  const { work, start } = useWork<RestoredTenant>()
  const isThere = useLive(
    useCallback(({ tenantsById }: LiveState) => tenantsById.has(tenantId ?? ''), [tenantId]),
  )
  if (tenant === null || tenantId === null) return null
  const restore = () =>
    void start((signal) => client.tenant.restore({ name: tenant, id: tenantId }, { signal }))
  return (
    <Box mt="xs">
      {!isThere && work.kind !== 'running' && work.kind !== 'done' && (
        <>
          <Button variant="default" onClick={restore}>
            Restore {tenant}
          </Button>
          <Text mt={4} size="xs" className="quiet">
            With its port, limits, allowed addresses and notes, and an empty cache.
          </Text>
        </>
      )}
      {work.kind === 'running' && <Steps steps={work.steps} />}
      {work.kind === 'failed' && (
        <Box mt="xs">
          <FailureAlert error={work.error} onRetry={restore} />
        </Box>
      )}
      {work.kind === 'done' && (
        <Text size="sm" role="status">
          {tenant} is there again.
          {work.result.closedWhy !== '' && ` It is suspended. ${work.result.closedWhy}`}
        </Text>
      )}
    </Box>
  )
}
