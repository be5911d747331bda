import { Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import type { LongestIdle } from '../../../../contract/problem.ts'
import { Confirm } from '../../../ui/confirm.tsx'
import { renderEndpoint } from '../../../ui/endpoint.ts'

interface CloseIdleProps {
  readonly idle: LongestIdle
  readonly onClose: (client: string) => void
}

/** Where clients hold all connections of a cache: closes the one that is idle the longest, by its address. */
export function CloseIdle({ idle, onClose }: CloseIdleProps) {
  const [opened, { open, close }] = useDisclosure(false)
  const client = renderEndpoint(idle.address, idle.port)
  return (
    <>
      <Button variant="default" onClick={open}>
        Close the longest idle one…
      </Button>
      <Confirm
        opened={opened}
        title={`Close the connection of ${client}?`}
        survival="kept"
        verb="Close and try again"
        onConfirm={() => onClose(client)}
        onClose={close}
      >
        Of all connections to {idle.tenant} it has been idle the longest. Its program learns of it, and may
        connect again.
      </Confirm>
    </>
  )
}
