import { Alert, Button, Code, Collapse, Group, Stack } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { CircleAlert } from 'lucide-react'
import { type Failure, toFailure } from '../rpc/failure.ts'
import styles from './failure-alert.module.css'
import { WithCode } from './with-code.tsx'

interface FailureAlertProps {
  readonly error: unknown
  /** Offered when the same call may work later. */
  readonly onRetry?: () => void
  /** Another way out of it. */
  readonly offer?: React.ReactNode
}

/** A call's failure: what happened, where, and what to do; the rest is one click away. */
export function FailureAlert({ error, ...rest }: FailureAlertProps) {
  return <FailureNotice failure={toFailure(error)} {...rest} />
}

/** The same for a failure that has been read already. */
export function FailureNotice({
  failure,
  onRetry,
  offer,
}: Omit<FailureAlertProps, 'error'> & { readonly failure: Failure }) {
  const { code, message, advice, details, retryable } = failure
  const [open, { toggle }] = useDisclosure(false)
  const again = retryable ? onRetry : undefined
  return (
    <Alert
      color="red"
      icon={<CircleAlert size={16} aria-hidden />}
      title={<WithCode text={message} />}
      role="alert"
      classNames={{ body: styles.body ?? '' }}
    >
      <Stack gap="xs">
        {advice !== '' && (
          <span>
            <WithCode text={advice} />
          </span>
        )}
        <Group gap="xs">
          {offer}
          {again !== undefined && (
            <Button variant="default" onClick={again}>
              Try again
            </Button>
          )}
          <Button
            variant="subtle"
            color="gray"
            px={8}
            // Without a button before it, its words stand below the sentence.
            ml={again === undefined && offer === undefined ? -8 : 0}
            onClick={toggle}
            aria-expanded={open}
          >
            {open ? 'Hide details' : 'Details'}
          </Button>
        </Group>
        <Collapse expanded={open}>
          <Code block className={styles.details}>{`${code}\n${JSON.stringify(details, null, 2)}`}</Code>
        </Collapse>
      </Stack>
    </Alert>
  )
}
