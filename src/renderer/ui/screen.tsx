import { Group, Title } from '@mantine/core'
import { useDocumentTitle } from '@mantine/hooks'
import { type ReactNode, useId } from 'react'
import styles from './screen.module.css'

interface ScreenProps {
  /** The subject of the screen; the window and the browser's tab are called so, too. */
  readonly title: string
  /** Small, beside the title: how many there are, or a state. */
  readonly beside?: ReactNode
  /** The buttons of the screen, on the right. */
  readonly actions?: ReactNode
  /** The content scrolls as a whole; false where a part of it does, as a long table. */
  readonly scroll?: boolean
  /** Two columns stand beside each other: the content may take more of a wide window than a text should. */
  readonly wide?: boolean
  readonly children: ReactNode
}

/**
 * One screen: a heading that stays, and its content below. The content is named by the heading, so that who comes here and
 * sees nothing hears where that is: the focus goes to it.
 */
export function Screen({ title, beside, actions, scroll = true, wide = false, children }: ScreenProps) {
  const heading = useId()
  useDocumentTitle(`${title} · Memharbor`)
  return (
    <section className={styles.screen}>
      <header className={styles.header} data-scroll={scroll || undefined}>
        <Group gap="xs" wrap="nowrap" className={styles.title}>
          <Title order={1} id={heading}>
            {title}
          </Title>
          {beside}
        </Group>
        <Group gap="xs" wrap="nowrap">
          {actions}
        </Group>
      </header>
      {scroll ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region without this can't be scrolled by keys
        <section className={styles.scrolling} tabIndex={0} aria-labelledby={heading} data-focus-home>
          <div className={styles.content} data-wide={wide || undefined}>
            {children}
          </div>
        </section>
      ) : (
        <section className={styles.fixed} tabIndex={-1} aria-labelledby={heading} data-focus-home>
          {children}
        </section>
      )}
    </section>
  )
}
