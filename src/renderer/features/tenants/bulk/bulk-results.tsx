import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { Check, Minus, X } from 'lucide-react'
import type { Tenant } from '../../../../contract/tenant.ts'
import { toFailure } from '../../../rpc/failure.ts'
import type { Ended } from '../../../rpc/run-each.ts'
import { copyText } from '../../../ui/copy-text.ts'
import styles from '../tenants.module.css'
import { type BulkState, describeResults, describeUnlisted } from './bulk-state.ts'

interface BulkResultsProps {
  readonly opened: boolean
  readonly state: BulkState & { kind: 'over' }
  readonly onClose: () => void
}

/** More lines than this nobody reads; those that failed come first. */
const mostShown = 500

const count = ({ length }: readonly unknown[], noun: string): string =>
  `${length.toLocaleString('en')} ${noun}${length === 1 ? '' : 's'}`

const rank = { failed: 0, 'not-begun': 1, done: 2 } as const

/** The result for each tenant, the failures first with what to do. */
export function BulkResults({ opened, state, onClose }: BulkResultsProps) {
  const { words, results, leftOut, again } = state
  const sorted = results.toSorted((a, b) => rank[a.kind] - rank[b.kind])
  const undone = results.filter(({ kind }) => kind !== 'done').map(({ item }) => item)
  const unlisted = describeUnlisted(words.did, sorted.slice(mostShown), leftOut.slice(mostShown))
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      size="lg"
      title={describeResults(words.did, results, leftOut.length)}
    >
      <Stack gap="sm">
        <ul className={styles.results}>
          {sorted.slice(0, mostShown).map((ended) => (
            <Result key={ended.item.id} ended={ended} did={words.did} />
          ))}
          {leftOut.slice(0, mostShown).map(({ tenant, why }) => (
            <li key={tenant.id} className={styles.result}>
              <Minus size={14} aria-hidden />
              <span>
                {tenant.name} <span className="quiet">was left out: {why}.</span>
              </span>
            </li>
          ))}
        </ul>
        {unlisted !== '' && <Text className="quiet">{unlisted}</Text>}
        <Group justify="flex-end" gap="xs">
          {undone.length > 0 && (
            <>
              <Button
                variant="default"
                onClick={() =>
                  void copyText(undone.map(({ name }) => name).join('\n'), count(undone, 'name'))
                }
              >
                Copy {count(undone, 'name')}
              </Button>
              <Button
                variant="default"
                onClick={() => {
                  onClose()
                  again(undone)
                }}
              >
                Try again with {undone.length === 1 ? 'it' : `those ${undone.length.toLocaleString('en')}`}
              </Button>
            </>
          )}
          <Button onClick={onClose}>Close</Button>
        </Group>
      </Stack>
    </Modal>
  )
}

function Result({ ended, did }: { readonly ended: Ended<Tenant, unknown>; readonly did: string }) {
  const { name } = ended.item
  switch (ended.kind) {
    case 'done':
      return (
        <li className={styles.result}>
          <Check size={14} aria-hidden />
          <span>
            {name} <span className="quiet">{did}</span>
          </span>
        </li>
      )
    case 'not-begun':
      return (
        <li className={styles.result}>
          <Minus size={14} aria-hidden />
          <span>
            {name} <span className="quiet">was not begun</span>
          </span>
        </li>
      )
    case 'failed': {
      const { message, advice } = toFailure(ended.error)
      return (
        <li className={styles.result}>
          <X size={14} className={styles.loud} aria-label="Failed" />
          <span>
            <strong>{name}</strong> {message} <span className="quiet">{advice}</span>
          </span>
        </li>
      )
    }
  }
}
