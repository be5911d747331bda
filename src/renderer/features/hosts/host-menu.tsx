import { ActionIcon, Menu, Modal } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { Ellipsis } from 'lucide-react'
import { useState } from 'react'
import { useLocation } from 'wouter'
import type { HostStatus } from '../../../contract/panel.ts'
import { useClient } from '../../rpc/client-context.tsx'
import { toFailure } from '../../rpc/failure.ts'
import { EditHost } from './edit-host.tsx'
import { HostOperators } from './host-operators.tsx'
import { RemoveHost } from './remove-host.tsx'
import { TrustHost } from './trust-host.tsx'
import { UndoHost } from './undo-host.tsx'

type Dialog = 'edit' | 'operators' | 'trust' | 'remove' | 'undo'

const titles: Readonly<Record<Dialog, string>> = {
  edit: 'Edit the host',
  operators: 'Operators',
  trust: 'Trust another key',
  remove: 'Remove the host',
  undo: 'Take everything away',
}

/** The menu of a host: every action on it. */
export function HostMenu({ host }: { readonly host: HostStatus }) {
  const client = useClient()
  const [, navigate] = useLocation()
  // The dialog keeps its kind while it closes, and with it its title.
  const [dialog, setDialog] = useState<Dialog>('edit')
  const [opened, setOpened] = useState(false)
  const ask = (which: Dialog) => () => {
    setDialog(which)
    setOpened(true)
  }
  const close = () => setOpened(false)
  const { id, name, isDefault, mode } = host
  const makeDefault = (): void => {
    client.host.edit({ name, isDefault: true }).catch((error: unknown) => {
      const { message, advice } = toFailure(error)
      notifications.show({ color: 'red', title: message, message: advice })
    })
  }
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon aria-label={`Actions for ${name}`}>
            <Ellipsis size={16} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => navigate(`/hosts/${id}/set-up`)}>Check and prepare</Menu.Item>
          <Menu.Item onClick={ask('edit')}>Edit…</Menu.Item>
          {!isDefault && <Menu.Item onClick={makeDefault}>Make it the default</Menu.Item>}
          {mode === 'filtered' && <Menu.Item onClick={ask('operators')}>Operators…</Menu.Item>}
          {host.target.kind === 'ssh' && <Menu.Item onClick={ask('trust')}>Trust another key…</Menu.Item>}
          <Menu.Divider />
          {mode !== 'unknown' && (
            <Menu.Item color="red" onClick={ask('undo')}>
              Take everything away…
            </Menu.Item>
          )}
          <Menu.Item color="red" onClick={ask('remove')}>
            Remove…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal opened={opened} onClose={close} title={`${titles[dialog]}: ${name}`} size="lg">
        {dialog === 'edit' && <EditHost host={host} onDone={close} />}
        {dialog === 'operators' && <HostOperators name={name} onDone={close} />}
        {dialog === 'trust' && <TrustHost name={name} onDone={close} />}
        {dialog === 'remove' && <RemoveHost host={host} onDone={close} />}
        {dialog === 'undo' && <UndoHost host={host} onDone={close} />}
      </Modal>
    </>
  )
}
