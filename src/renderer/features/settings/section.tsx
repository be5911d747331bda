import { Group, Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { FailureAlert } from '../../ui/failure-alert.tsx'
import styles from './settings.module.css'

interface SectionProps {
  readonly title: string
  readonly hint?: string
  /** How far a change of what is in it is. */
  readonly said?: string
  /** Why it was not saved; null when nothing failed. */
  readonly error?: unknown
  readonly children: ReactNode
}

/** Settings that belong together, and whether they are saved. */
export function Section({ title, hint, said, error, children }: SectionProps) {
  return (
    <section className={styles.section}>
      <Group gap="xs" align="baseline">
        <Title order={2}>{title}</Title>
        <Text component="span" size="xs" className="quiet" role="status">
          {said}
        </Text>
      </Group>
      {hint !== undefined && (
        <Text size="xs" className="quiet">
          {hint}
        </Text>
      )}
      <Stack gap="sm" className={styles.body}>
        {children}
        {error != null && <FailureAlert error={error} />}
      </Stack>
    </section>
  )
}
