import { Text } from '@mantine/core'
import type { Tenant } from '../../../../contract/tenant.ts'
import { Confirm } from '../../../ui/confirm.tsx'
import styles from '../tenants.module.css'
import type { Asking } from '../use-actions-of-tenants.ts'
import { AllowDialog } from './allow-dialog.tsx'
import { describeWhom } from './describe-whom.ts'
import { RevokeDialog } from './revoke-dialog.tsx'
import { TagDialog } from './tag-dialog.tsx'
import { useCarryOut } from './use-verbs.tsx'
import { listFitting } from './verbs.ts'

interface AskingDialogsProps {
  readonly asking: Asking | undefined
  readonly onClose: () => void
}

/** Of one the usual sentence is said. */
const losing = (tenants: readonly Tenant[]): string | undefined =>
  tenants.length === 1 ? undefined : 'Everything in these caches is lost.'

/** The question before a verb: only where something is lost, or where the verb needs to know more. */
export function AskingDialogs({ asking, onClose }: AskingDialogsProps) {
  const carryOut = useCarryOut()
  if (asking === undefined) return null
  const { kind, tenants } = asking
  const whom = describeWhom(tenants)
  switch (kind) {
    case 'suspend': {
      const fitting = listFitting({ kind }, tenants)
      return (
        <Confirm
          opened
          title={`Suspend ${describeWhom(fitting)}?`}
          verb={`Suspend ${fitting.length.toLocaleString('en')}`}
          onConfirm={() => carryOut({ kind }, tenants)}
          onClose={onClose}
        >
          Nobody gets in until they are resumed; open connections are cut. The data in these caches is kept.
          <Names tenants={fitting} />
          <LeftOut many={tenants.length - fitting.length} />
        </Confirm>
      )
    }
    case 'restart':
      return (
        <Confirm
          opened
          title={`Restart ${whom}?`}
          survival="lost"
          survivalSentence={losing(tenants)}
          verb="Restart"
          onConfirm={() => carryOut({ kind }, tenants)}
          onClose={onClose}
        >
          memcached ends and starts again; connections are cut.
          <Names tenants={tenants} />
        </Confirm>
      )
    case 'delete':
      return (
        <Confirm
          opened
          title={`Delete ${whom}?`}
          survival="lost"
          survivalSentence={losing(tenants)}
          verb="Delete"
          typed={tenants.length === 1 ? tenants[0]?.name : String(tenants.length)}
          onConfirm={() => carryOut({ kind }, tenants)}
          onClose={onClose}
        >
          {tenants.length === 1
            ? 'Its container goes. Its port is kept back for 30 days; until then the activity can put it back, with its allowed addresses and notes.'
            : 'Their containers go. Their ports are kept back for 30 days; until then the activity can put each of them back, with its allowed addresses and notes.'}
          <Names tenants={tenants} />
        </Confirm>
      )
    case 'allow':
      return <AllowDialog tenants={tenants} onClose={onClose} onSubmit={(verb) => carryOut(verb, tenants)} />
    case 'revoke':
      return (
        <RevokeDialog
          tenants={tenants}
          onClose={onClose}
          onSubmit={(cidrs) => carryOut({ kind, cidrs }, tenants)}
        />
      )
    case 'tag':
      return (
        <TagDialog
          tenants={tenants}
          onClose={onClose}
          onSubmit={(tags) => carryOut({ kind, tags }, tenants)}
        />
      )
  }
}

/** More names than this are counted. */
const mostNames = 200

function Names({ tenants }: { readonly tenants: readonly Tenant[] }) {
  if (tenants.length === 1) return null
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls has to be scrolled by keys too
    <ul className={styles.names} tabIndex={0} aria-label="Those tenants">
      {tenants.slice(0, mostNames).map(({ id, name }) => (
        <li key={id}>{name}</li>
      ))}
      {tenants.length > mostNames && (
        <li className="quiet">and {(tenants.length - mostNames).toLocaleString('en')} more</li>
      )}
    </ul>
  )
}

function LeftOut({ many }: { readonly many: number }) {
  if (many === 0) return null
  return (
    <Text size="xs" mt="xs" className="quiet">
      {many === 1 ? 'One more is' : `${many.toLocaleString('en')} more are`} selected and left out: suspended
      already, or being made or deleted.
    </Text>
  )
}
