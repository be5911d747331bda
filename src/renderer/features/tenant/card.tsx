import { Group, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { useId } from 'react'
import styles from './card.module.css'

interface CardProps {
  readonly title: string
  readonly beside?: ReactNode
  /** On the right of the title. */
  readonly actions?: ReactNode
  readonly children: ReactNode
}

/** One subject on a screen, with its name. */
export function Card({ title, beside, actions, children }: CardProps) {
  const id = useId()
  return (
    <section className={styles.card} aria-labelledby={id} data-focus-part>
      <Group justify="space-between" wrap="nowrap" className={styles.head}>
        <Group gap="xs" wrap="nowrap" className={styles.title}>
          <Title order={2} id={id}>
            {title}
          </Title>
          {beside}
        </Group>
        {actions}
      </Group>
      {children}
    </section>
  )
}
