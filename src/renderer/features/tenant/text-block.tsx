import styles from './text-block.module.css'

interface TextBlockProps {
  readonly name: string
  readonly text: string
  /** Long lines go on in the next one instead of out of sight. */
  readonly wrap?: boolean
}

/** Text to be read and copied as it is: code, a log, a letter. Scrolls on its own, also by keys. */
export function TextBlock({ name, text, wrap = false }: TextBlockProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region without this can't be scrolled by keys
    <section className={styles.block} data-wrap={wrap || undefined} tabIndex={0} aria-label={name}>
      <pre>{text}</pre>
    </section>
  )
}
