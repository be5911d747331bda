import { Text, UnstyledButton } from '@mantine/core'
import type { HostOffers } from '../../../contract/host.ts'
import styles from './add-host.module.css'

interface ConfiguredHostsProps {
  readonly configured: HostOffers['configured']
  readonly onChoose: (alias: string) => void
}

/** The servers that the SSH configuration names: one click connects. */
export function ConfiguredHosts({ configured, onChoose }: ConfiguredHostsProps) {
  if (configured.length === 0) return null
  return (
    <div>
      <Text size="xs" fw={500} mb={4}>
        From your SSH configuration
      </Text>
      <ul className={styles.configured}>
        {configured.map(({ alias, hostname, user, port }) => (
          <li key={alias}>
            <UnstyledButton className={styles.offer} onClick={() => onChoose(alias)}>
              <span>{alias}</span>
              <span className="quiet code">
                {user}@{hostname}
                {port === 22 ? '' : `:${port}`}
              </span>
            </UnstyledButton>
          </li>
        ))}
      </ul>
    </div>
  )
}
