import { Alert, Button, Group } from '@mantine/core'
import { useLive } from '../rpc/live-context.tsx'
import type { LiveState } from '../rpc/live-state.ts'

const selectLost = ({ lost }: LiveState): LiveState['lost'] => lost

/** Says that nothing on the page is true any more. */
export function LostBanner() {
  const lost = useLive(selectLost)
  if (lost === undefined) return null
  return (
    <Alert color="red" radius={0} role="alert">
      <Group justify="space-between">
        <span>{lost.sentence} What is shown is how it was then.</span>
        {lost.canReload && (
          <Button variant="default" onClick={() => window.location.reload()}>
            Reload
          </Button>
        )}
      </Group>
    </Alert>
  )
}
