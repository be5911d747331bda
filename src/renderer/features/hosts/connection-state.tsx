import { Tooltip } from '@mantine/core'
import type { HostStatus } from '../../../contract/panel.ts'
import { nameWrong } from '../../rpc/host-trouble.ts'
import { renderPlain } from '../../ui/plain-text.ts'
import styles from './hosts.module.css'

const words: Readonly<Record<HostStatus['connection'], string>> = {
  unknown: 'Not asked yet',
  connected: 'Connected',
  unreachable: 'Not reached',
}

/** Whether the host answers and can be seen, as a dot and words, with the reason on hover. */
export function ConnectionState({ host }: { readonly host: HostStatus }) {
  const { connection, why } = host
  const trouble = nameWrong(host)
  const shown = (
    <span className={styles.connection}>
      <span className={styles.dot} data-connection={connection} data-troubled={trouble !== ''} aria-hidden />
      {trouble === '' ? words[connection] : trouble}
    </span>
  )
  return why === '' ? shown : <Tooltip label={renderPlain(why)}>{shown}</Tooltip>
}
