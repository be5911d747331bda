import { Tooltip } from '@mantine/core'
import type { HostStatus } from '../../../contract/panel.ts'
import styles from './hosts.module.css'

const words: Readonly<Record<HostStatus['connection'], string>> = {
  unknown: 'Not asked yet',
  connected: 'Connected',
  unreachable: 'Not reached',
}

/** Whether the host answers, as a dot and words, with the reason on hover. */
export function ConnectionState({ connection, why }: Pick<HostStatus, 'connection' | 'why'>) {
  const shown = (
    <span className={styles.connection}>
      <span className={styles.dot} data-connection={connection} aria-hidden />
      {words[connection]}
    </span>
  )
  return why === '' ? shown : <Tooltip label={why}>{shown}</Tooltip>
}
