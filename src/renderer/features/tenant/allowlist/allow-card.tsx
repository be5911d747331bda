import { Alert, Badge, Button, CloseButton, Text, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import type { Host } from '../../../../contract/host.ts'
import type { Tenant } from '../../../../contract/tenant.ts'
import { listSome } from '../../../ui/list-some.ts'
import { listBeingRevoked, listRevoking } from '../../../ui/pending.ts'
import { Card } from '../card.tsx'
import { FailureToPutAway } from '../failure-to-put-away.tsx'
import { usePutAwayInForce } from '../use-put-away-in-force.ts'
import { AddAllow } from './add-allow.tsx'
import styles from './allow-card.module.css'
import { filterAllowRows, toAllowRows } from './allow-rows.ts'
import { AllowTable } from './allow-table.tsx'
import { UndoNotice } from './undo-notice.tsx'
import { useAllowlist } from './use-allowlist.ts'

/** Fewer are found by looking. */
const filterFrom = 10
/** How long the way back stays in view, in milliseconds. */
const undoFor = 10_000

interface AllowCardProps {
  readonly tenant: Tenant
  readonly host: Host | undefined
}

/** The allowlist: every entry, and the ways to add and to remove one. */
export function AllowCard({ tenant, host }: AllowCardProps) {
  const editor = useAllowlist(tenant)
  const [typed, setTyped] = useState('')
  const rows = toAllowRows(tenant.allow)
  const shown = filterAllowRows(rows, typed)
  const { last, error, pending } = editor
  usePutAwayInForce(error, tenant, editor.putAway)
  const undoLast = last?.undo
  const revoking = listRevoking(tenant)
  const beingRevoked = listBeingRevoked(tenant)

  const revoke = async (cidr: string): Promise<void> => {
    const done = await editor.revoke(cidr)
    const { undo } = done ?? {}
    if (done === undefined || undo === undefined) return
    const id = `undo-${tenant.id}-${Date.now()}`
    notifications.show({
      id,
      title: tenant.name,
      message: (
        <UndoNotice
          sentence={done.sentence}
          onUndo={() => editor.undo(undo)}
          onDone={() => notifications.hide(id)}
        />
      ),
      autoClose: undoFor,
    })
  }

  return (
    <Card
      title="Allowed addresses"
      beside={
        tenant.openToAnyone ? (
          <Badge color="red">open to anyone</Badge>
        ) : (
          <Text size="xs" className="quiet figure">
            {rows.length.toLocaleString('en')}
          </Text>
        )
      }
      actions={
        rows.length >= filterFrom && (
          <TextInput
            value={typed}
            onChange={({ currentTarget }) => setTyped(currentTarget.value)}
            placeholder="Find in the list"
            aria-label="Find in the allowed addresses"
            w={180}
          />
        )
      }
    >
      {host?.mode === 'loopback' ? (
        <Alert color="yellow" title={`${host.name} can't filter packets`}>
          {host.modeReason} Its tenants are reached from that computer only, so there is nobody to let in.
        </Alert>
      ) : (
        <AddAllow tenant={tenant} editor={editor} />
      )}
      {error !== undefined && <FailureToPutAway error={error} onPutAway={editor.putAway} />}
      {last !== undefined && (
        <div className={styles.last} role="status">
          <span>{last.sentence}</span>
          {undoLast !== undefined && (
            <Button
              variant="subtle"
              size="compact-xs"
              flex="none"
              disabled={pending !== undefined}
              onClick={() => void editor.undo(undoLast)}
            >
              {pending === 'undo' ? 'Undoing…' : 'Undo'}
            </Button>
          )}
          <CloseButton size="xs" aria-label="Put away" onClick={editor.putAway} ml="auto" />
        </div>
      )}
      {revoking.length > 0 && (
        <Text size="sm" className={styles.revoking}>
          Revoked and not in force yet, so perhaps still let in: {listSome(revoking)}.
        </Text>
      )}
      {beingRevoked.length > 0 && (
        <Text size="sm" className={styles.revoking}>
          Being revoked: {listSome(beingRevoked)}.
        </Text>
      )}
      {rows.length === 0 ? (
        <Text size="sm" className="quiet">
          {revoking.length + beingRevoked.length === 0 ? 'Nobody gets in.' : 'Nobody else gets in.'} Type or
          paste the addresses that the tenant's programs connect from.
        </Text>
      ) : shown.length === 0 ? (
        <Text size="sm" className="quiet">
          No entry has “{typed}” in it.
        </Text>
      ) : (
        <AllowTable
          rows={shown}
          pending={pending}
          onRelabel={(cidr, label) => void editor.relabel(cidr, label)}
          onRevoke={(cidr) => void revoke(cidr)}
        />
      )}
    </Card>
  )
}
