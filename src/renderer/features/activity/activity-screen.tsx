import { Button, Select, Text, TextInput } from '@mantine/core'
import { Search } from 'lucide-react'
import { useCallback, useState } from 'react'
import type { Operation } from '../../../contract/activity.ts'
import { useLive } from '../../rpc/live-context.tsx'
import type { LiveState } from '../../rpc/live-state.ts'
import { Empty } from '../../ui/empty.tsx'
import { FailureAlert } from '../../ui/failure-alert.tsx'
import { Screen } from '../../ui/screen.tsx'
import styles from './activity.module.css'
import { ActivityList } from './activity-list.tsx'
import { ExportMenu } from './export-menu.tsx'
import { noFilter, toQuestion } from './merge-operations.ts'
import { outcomeWords } from './outcome.tsx'
import { useActivity } from './use-activity.ts'
import { useLinkedText } from './use-linked-text.ts'

const selectHosts = ({ hosts }: LiveState) => hosts

const outcomes = Object.entries(outcomeWords).map(([value, label]) => ({ value, label }))

/** Everything that was done, by whom, and how it went. */
export function ActivityScreen() {
  const [filter, setFilter] = useState(noFilter)
  useLinkedText(useCallback((text) => setFilter({ ...noFilter, text }), []))
  const { operations, settled, error, hasNextPage, fetchNextPage, refetch } = useActivity(filter)
  const hosts = useLive(selectHosts)
  const filtered = Object.keys(toQuestion(filter)).length > 0
  return (
    <Screen title="Activity" scroll={false} actions={<ExportMenu filter={filter} />}>
      <div className={styles.tools}>
        <TextInput
          aria-label="Search the activity"
          placeholder="Tenant, verb, person"
          w={260}
          leftSection={<Search size={14} aria-hidden />}
          value={filter.text}
          maxLength={200}
          onChange={({ currentTarget }) => setFilter({ ...filter, text: currentTarget.value })}
        />
        <Select
          aria-label="Result"
          placeholder="Any result"
          w={130}
          clearable
          data={outcomes}
          value={filter.outcome}
          onChange={(outcome) => setFilter({ ...filter, outcome: outcome as Operation['outcome'] | null })}
        />
        <Select
          aria-label="Host"
          placeholder="Any host"
          w={160}
          clearable
          data={hosts.map(({ name }) => name)}
          value={filter.host}
          onChange={(host) => setFilter({ ...filter, host })}
        />
      </div>
      {error !== null && <FailureAlert error={error} onRetry={() => void refetch()} />}
      {operations.length > 0 || hasNextPage ? (
        <ActivityList operations={operations} onMore={hasNextPage ? () => void fetchNextPage() : undefined} />
      ) : !settled ? (
        error === null && (
          <Text p="md" className="quiet" role="status">
            {filtered ? 'Searching the activity.' : 'Reading the activity.'}
          </Text>
        )
      ) : filtered ? (
        <Empty
          title="Nothing fits this filter"
          action={
            <Button variant="default" onClick={() => setFilter(noFilter)}>
              Clear the filter
            </Button>
          }
        />
      ) : (
        <Empty title="Nothing has been done yet">
          Every change of a host or tenant is kept here: who did it, its steps, and how it went.
        </Empty>
      )}
    </Screen>
  )
}
