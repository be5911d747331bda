import { Button } from '@mantine/core'
import { useState } from 'react'
import { useClient } from '../../../rpc/client-context.tsx'

/** Asks a running operation to stop. It ends as it was before, or done; its own end says which. */
export function CancelButton({ id }: { readonly id: string }) {
  const { activity } = useClient()
  const [state, setState] = useState<'offered' | 'asked' | 'too-late'>('offered')
  const cancel = async (): Promise<void> => {
    setState('asked')
    // What has ended meanwhile can't be stopped; its end is shown by itself.
    const { asked } = await activity.cancel({ id }).catch(() => ({ asked: false }))
    if (!asked) setState('too-late')
  }
  return (
    <Button variant="default" onClick={() => void cancel()} disabled={state !== 'offered'}>
      {state === 'offered' ? 'Cancel' : state === 'asked' ? 'Stopping…' : 'Too late to stop'}
    </Button>
  )
}
