import { ORPCError } from '@orpc/client'

/** What went wrong and what to do, as the router says it. */
export function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return 'Memharbor did not answer.'
  const { advice } =
    error instanceof ORPCError && error.defined ? (error.data as { advice: string }) : { advice: '' }
  return `${error.message} ${advice}`.trim()
}
