import { useCallback, useState } from 'react'
import type { LongestIdle } from '../../../../contract/problem.ts'
import { useClient } from '../../../rpc/client-context.tsx'
import { toFailure } from '../../../rpc/failure.ts'
import { useWork, type Work } from '../../../rpc/use-work.ts'
import type { TenantCommand } from './tenant-command.ts'

/** One command at a time on one tenant: where it is, and what has to be asked. */
export interface TenantWork {
  readonly work: Work<object>
  readonly command: TenantCommand | undefined
  /** The loss to confirm, when the router asks for that. */
  readonly loses: string | undefined
  readonly busy: boolean
  /** Resolves with whether it was done. */
  readonly run: (command: TenantCommand, confirmed: boolean) => Promise<boolean>
  /** The same once more, after it failed. */
  readonly retry: () => void
  /** The connection to close where clients hold all of them, after it failed. */
  readonly idle: LongestIdle | undefined
  /** Closes that, then tries the same once more. */
  readonly closeIdle: (close: TenantCommand) => void
  readonly putAway: () => void
}

export function useTenantWork(): TenantWork {
  const client = useClient()
  const { work, start, reset } = useWork<object>()
  const [begun, setBegun] = useState<{ readonly command: TenantCommand; readonly confirmed: boolean }>()
  const run = useCallback(
    async (next: TenantCommand, confirmed: boolean) => {
      setBegun({ command: next, confirmed })
      return (await start((signal) => next.call(client, confirmed, signal))) !== undefined
    },
    [client, start],
  )
  const retry = () => begun && run(begun.command, begun.confirmed)
  return {
    ...{ work, run },
    command: begun?.command,
    retry: () => void retry(),
    idle: work.kind === 'failed' ? readIdle(work.error) : undefined,
    closeIdle: (close) => void run(close, true).then((isClosed) => isClosed && retry()),
    loses: work.kind === 'failed' ? readLoss(work.error) : undefined,
    busy: work.kind === 'running',
    putAway: reset,
  }
}

function readIdle(error: unknown): LongestIdle | undefined {
  const { code, details } = toFailure(error)
  return code === 'CONNECTIONS_TAKEN' ? (details['idle'] as LongestIdle | undefined) : undefined
}

function readLoss(error: unknown): string | undefined {
  const { code, details } = toFailure(error)
  return code === 'CONFIRMATION_NEEDED' ? String(details['loses']) : undefined
}
