import { Alert, Button, Group } from '@mantine/core'
import { useLocation } from 'wouter'
import type { Tenant } from '../../../contract/tenant.ts'
import { WithCode } from '../../ui/with-code.tsx'
import { addAllowFieldId } from './allowlist/add-allow.tsx'
import { adviseOnState, type StateAdvice } from './state-advice.ts'
import styles from './state-banner.module.css'

const colors: Readonly<Record<StateAdvice['tone'], string>> = {
  note: 'harbor',
  warning: 'yellow',
  bad: 'red',
}

const asks = { limit: 'Raise the limit', resize: 'Resize' } as const

interface StateBannerProps {
  readonly tenant: Tenant
  readonly hostId: string | undefined
  /** Its host was put back to an older state and has it otherwise. */
  readonly putBack?: boolean
  /** Its host is another server than before, which nobody has taken yet. */
  readonly replaced?: boolean
  readonly onShowLog?: () => void
  /** Opens the question for what would help. */
  readonly onAsk?: (question: 'limit' | 'resize') => void
}

/** Why the tenant is not simply running, and what puts that right; nothing when all is well. */
export function StateBanner({
  tenant,
  hostId,
  putBack = false,
  replaced = false,
  onShowLog,
  onAsk,
}: StateBannerProps) {
  const [, navigate] = useLocation()
  const advice = adviseOnState(tenant, { putBack, replaced })
  if (advice === undefined) return null
  const { tone, what, todo, offer } = advice
  const press =
    offer === 'host' && hostId !== undefined
      ? { title: 'Look at the host', run: () => navigate(`/hosts/${hostId}`) }
      : offer === 'allow'
        ? { title: 'Add an address', run: () => document.getElementById(addAllowFieldId)?.focus() }
        : offer === 'log' && onShowLog !== undefined
          ? { title: 'Show the log', run: onShowLog }
          : (offer === 'limit' || offer === 'resize') && onAsk !== undefined
            ? { title: asks[offer], run: () => onAsk(offer) }
            : undefined
  return (
    <Alert color={colors[tone]} py={7} mb="sm" role="status">
      <Group justify="space-between" wrap="nowrap">
        <span className={styles.words}>
          <WithCode text={`${what} ${todo}`} />
        </span>
        {press !== undefined && (
          <Button variant="default" onClick={press.run} flex="none">
            {press.title}
          </Button>
        )}
      </Group>
    </Alert>
  )
}
