import { Alert, Button, Group, Modal } from '@mantine/core'
import { TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import type { RecoverAs } from '../../../contract/host.ts'
import type { HostStatus } from '../../../contract/panel.ts'
import { listSome } from '../../ui/list-some.ts'
import { renderMoment } from '../../ui/quantities.ts'
import { RecoverHost } from './recover-host.tsx'

const titles: Readonly<Record<RecoverAs, string>> = {
  panel: 'As this panel has it',
  host: 'As the host has it',
}

/** Asks whose state counts on a host that was put back to an older state; nothing on any other. */
export function PutBackBanner({ host }: { readonly host: HostStatus }) {
  // The dialog keeps its kind while it closes, and with it its title.
  const [as, setAs] = useState<RecoverAs>('panel')
  const [opened, setOpened] = useState(false)
  const { name, putBack } = host
  const ask = (which: RecoverAs) => () => {
    setAs(which)
    setOpened(true)
  }
  return (
    <>
      {putBack !== null && (
        <Alert color="red" role="alert" mb="sm" icon={<TriangleAlert size={16} aria-hidden />}>
          {name}{' '}
          {putBack.accepted
            ? `is another server than before, accepted ${renderMoment(putBack.since)}. It has otherwise, or not at all:`
            : `was put back to an older state, seen ${renderMoment(putBack.since)}. It has otherwise:`}{' '}
          {listSome(putBack.tenants)}. Choose whose state counts.
          <Group gap="xs" mt="xs">
            <Button onClick={ask('panel')}>{titles.panel}…</Button>
            <Button variant="default" onClick={ask('host')}>
              {titles.host}…
            </Button>
          </Group>
        </Alert>
      )}
      <Modal opened={opened} onClose={() => setOpened(false)} title={`${titles[as]}: ${name}`} size="lg">
        <RecoverHost name={name} as={as} onDone={() => setOpened(false)} />
      </Modal>
    </>
  )
}
