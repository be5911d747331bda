import { Group, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import styles from './screen.module.css'

interface ScreenProps {
  readonly title: ReactNode
  /** Small, beside the title: how many there are, or a state. */
  readonly beside?: ReactNode
  /** What can be done here, on the right. */
  readonly actions?: ReactNode
  /** The content scrolls as a whole; false where a part of it does, as a long table. */
  readonly scroll?: boolean
  /** Two columns stand beside each other: the content may take more of a wide window than a text should. */
  readonly wide?: boolean
  readonly children: ReactNode
}

/** One screen: a heading that stays, and its content below. */
export function Screen({ title, beside, actions, scroll = true, wide = false, children }: ScreenProps) {
  return (
    <section className={styles.screen}>
      <header className={styles.header} data-scroll={scroll || undefined}>
        <Group gap="xs" wrap="nowrap" className={styles.title}>
          <Title order={1}>{title}</Title>
          {beside}
        </Group>
        <Group gap="xs" wrap="nowrap">
          {actions}
        </Group>
      </header>
      {scroll ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region without this can't be scrolled by keys
        <section className={styles.scrolling} tabIndex={0} aria-label="Content" data-focus-home>
          <div className={styles.content} data-wide={wide || undefined}>
            {children}
          </div>
        </section>
      ) : (
        <section className={styles.fixed} tabIndex={-1} aria-label="Content" data-focus-home>
          {children}
        </section>
      )}
    </section>
  )
}
