import { Alert, Button, Group, Modal } from '@mantine/core'
import { TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import { Link } from 'wouter'
import type { HostStatus } from '../../../contract/panel.ts'
import { WithCode } from '../../ui/with-code.tsx'
import { EditHost } from './edit-host.tsx'
import { RemoveHost } from './remove-host.tsx'
import { adviseOnServer, type ServerStep } from './server-advice.ts'
import { TakeServer } from './take-server.tsx'

type Dialog = Exclude<ServerStep, 'prepare'>

const titles: Readonly<Record<Dialog, string>> = {
  take: 'Take this server',
  edit: 'Edit the host',
  remove: 'Remove the host',
}

/** Says of a host that it is not the server that it was, and offers what settles that; nothing of any other. */
export function ServerBanner({ host }: { readonly host: HostStatus }) {
  // The dialog keeps its kind while it closes, and with it its title.
  const [dialog, setDialog] = useState<Dialog>('take')
  const [opened, setOpened] = useState(false)
  const { id, name, server } = host
  const close = () => setOpened(false)
  const ask = (which: Dialog) => () => {
    setDialog(which)
    setOpened(true)
  }
  const advice = server === null ? null : adviseOnServer(name, server)
  return (
    <>
      {server !== null && advice !== null && (
        <Alert color="red" role="alert" mb="sm" icon={<TriangleAlert size={16} aria-hidden />}>
          {server.sentence} <WithCode text={advice.todo} />
          <Group gap="xs" mt="xs">
            {advice.offers.map((step, index) => {
              const variant = index === 0 ? 'filled' : 'default'
              return step === 'prepare' ? (
                <Button key={step} component={Link} href={`/hosts/${id}/set-up`} variant={variant}>
                  Prepare {name}
                </Button>
              ) : (
                <Button key={step} variant={variant} onClick={ask(step)}>
                  {titles[step]}…
                </Button>
              )
            })}
          </Group>
        </Alert>
      )}
      <Modal opened={opened} onClose={close} title={`${titles[dialog]}: ${name}`} size="lg">
        {dialog === 'take' && <TakeServer name={name} onDone={close} />}
        {dialog === 'edit' && <EditHost host={host} onDone={close} />}
        {dialog === 'remove' && <RemoveHost host={host} onDone={close} />}
      </Modal>
    </>
  )
}
