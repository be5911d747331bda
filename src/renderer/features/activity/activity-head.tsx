import styles from './activity.module.css'

/** In pixels, as in the style sheet: so much of the list's height is not rows. */
export const headHeight = 31

/** The titles over the columns. */
export function ActivityHead() {
  return (
    <div className={styles.head} aria-hidden>
      <span />
      <span>Started</span>
      <span>Result</span>
      <span>What</span>
      <span>Host</span>
      <span>Who</span>
      <span className={styles.took}>Took</span>
    </div>
  )
}
