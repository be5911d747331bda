import { Modal } from '@mantine/core'
import { memo } from 'react'
import { useLocation, useSearch } from 'wouter'
import { useDesk } from '../desk.tsx'
import { NewTenantForm } from './new-tenant-form.tsx'

/** At `#/tenants?new`: a name is enough. */
export const NewTenantDialog = memo(function NewTenantDialog() {
  const opened = useSearch() === 'new'
  const [, navigate] = useLocation()
  const { draft } = useDesk()
  const close = (): void => {
    draft.set({ entered: undefined })
    navigate('/tenants', { replace: true })
  }
  return (
    <Modal opened={opened} onClose={close} title="New tenant" size={520} closeOnClickOutside={false}>
      {opened && <NewTenantForm onClose={close} />}
    </Modal>
  )
})
