import { Fragment } from 'react'
import styles from './with-code.module.css'

/** A sentence of the program; what stands in it between backticks, such as a command, is set as code. */
export function WithCode({ text }: { readonly text: string }) {
  return text.split(/`([^`]+)`/).map((part, index) =>
    index % 2 === 0 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts of a sentence never change places
      <Fragment key={index}>{part}</Fragment>
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: as above
      <code key={index} className={styles.code}>
        {part}
      </code>
    ),
  )
}
