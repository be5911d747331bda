import { Alert } from '@mantine/core'
import { useLive, useLiveStore } from '../rpc/live-context.tsx'
import type { LiveState } from '../rpc/live-state.ts'
import { WithCode } from '../ui/with-code.tsx'
import styles from './frame.module.css'

const selectNotices = ({ notices }: LiveState): readonly string[] => notices

/** Events that nobody asked for, such as the end of work that was cut off, until they are put away. */
export function Notices() {
  const notices = useLive(selectNotices)
  const { dismiss } = useLiveStore()
  if (notices.length === 0) return null
  return (
    <div className={styles.notices}>
      {notices.map((sentence) => (
        <Alert
          key={sentence}
          color="yellow"
          radius={0}
          py={6}
          role="status"
          withCloseButton
          closeButtonLabel="Put away"
          onClose={() => dismiss(sentence)}
        >
          <WithCode text={sentence} />
        </Alert>
      ))}
    </div>
  )
}
