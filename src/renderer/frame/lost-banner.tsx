import { Alert, Button, Group } from '@mantine/core'
import { useLive } from '../rpc/live-context.tsx'
import type { LiveState } from '../rpc/live-state.ts'

const whyLost = ({ lost }: LiveState): string => lost

/** Says that nothing on the page is true any more. */
export function LostBanner() {
  const why = useLive(whyLost)
  if (why === '') return null
  return (
    <Alert color="red" radius={0} role="alert">
      <Group justify="space-between">
        <span>{why} What is shown is how it was then.</span>
        <Button variant="default" onClick={() => window.location.reload()}>
          Reload
        </Button>
      </Group>
    </Alert>
  )
}
