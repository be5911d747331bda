import { SegmentedControl, Stack, Text, Title } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { maxConnectionsRange, memoryMbRange, tenantPortRange } from '../../../contract/limits.ts'
import type { Settings } from '../../../contract/settings.ts'
import { useQueries } from '../../rpc/use-queries.ts'
import { Copy } from '../../ui/copy.tsx'
import { FailureAlert } from '../../ui/failure-alert.tsx'
import { Screen } from '../../ui/screen.tsx'
import { WholeNumber } from '../../ui/whole-number.tsx'
import styles from './settings.module.css'
import { useDraft } from './use-draft.ts'

/** What the operator can choose for this panel, saved as it is changed. */
export function SettingsScreen() {
  const queries = useQueries()
  const cache = useQueryClient()
  const settings = useQuery(queries.settings.get.queryOptions())
  const change = useMutation(
    queries.settings.change.mutationOptions({
      onSuccess: (saved) => cache.setQueryData(queries.settings.get.queryKey(), saved),
    }),
  )
  if (settings.isError) {
    return (
      <Screen title="Settings">
        <FailureAlert error={settings.error} onRetry={() => void settings.refetch()} />
      </Screen>
    )
  }
  if (settings.data === undefined) {
    return (
      <Screen title="Settings">
        <Text className="quiet">Reading the settings.</Text>
      </Screen>
    )
  }
  const beside = change.isPending ? 'Saving' : change.isSuccess ? 'Saved' : ''
  return (
    <Screen
      title="Settings"
      beside={
        <Text role="status" size="xs" className="quiet">
          {beside}
        </Text>
      }
    >
      <Stack gap="md" maw={720}>
        {change.isError && <FailureAlert error={change.error} />}
        <SettingsForm settings={settings.data} onChange={(changes) => change.mutate(changes)} />
        <AboutProgram />
      </Stack>
    </Screen>
  )
}

interface SettingsFormProps {
  readonly settings: Settings
  readonly onChange: (changes: Partial<Settings>) => void
}

function SettingsForm({ settings, onChange }: SettingsFormProps) {
  const { theme, newTenant, portRange } = settings
  const memory = useDraft(newTenant.memoryMb, memoryMbRange, (memoryMb) =>
    onChange({ newTenant: { ...newTenant, memoryMb } }),
  )
  const connections = useDraft(newTenant.maxConnections, maxConnectionsRange, (maxConnections) =>
    onChange({ newTenant: { ...newTenant, maxConnections } }),
  )
  const from = useDraft(portRange.from, tenantPortRange, (value) =>
    onChange({ portRange: { ...portRange, from: value } }),
  )
  const to = useDraft(portRange.to, tenantPortRange, (value) =>
    onChange({ portRange: { ...portRange, to: value } }),
  )
  return (
    <>
      <Section title="Appearance">
        <SegmentedControl
          aria-label="Theme"
          value={theme}
          onChange={(value) => onChange({ theme: value as Settings['theme'] })}
          data={[
            { value: 'system', label: 'Like the system' },
            { value: 'light', label: 'Light' },
            { value: 'dark', label: 'Dark' },
          ]}
        />
      </Section>
      <Section
        title="New tenants"
        hint="What a tenant gets when nothing else is said. Tenants that are there keep theirs."
      >
        <div className={styles.fields}>
          <WholeNumber label="Memory, MB" hideControls {...memory} />
          <WholeNumber label="Connections at once" hideControls {...connections} />
        </div>
      </Section>
      <Section
        title="Ports"
        hint="For hosts that are prepared from now on. Hosts that are there keep theirs."
      >
        <div className={styles.fields}>
          <WholeNumber label="From" hideControls grouped={false} {...from} />
          <WholeNumber label="To" hideControls grouped={false} {...to} />
        </div>
      </Section>
    </>
  )
}

function AboutProgram() {
  const { data: program } = useQuery(useQueries().program.describe.queryOptions())
  if (program === undefined) return null
  return (
    <Section title="This program">
      <dl className={styles.facts}>
        <dt>Version</dt>
        <dd>{program.version}</dd>
        <dt>Data</dt>
        <dd className={styles.copied}>
          <span className="code">{program.dataDir}</span> <Copy value={program.dataDir} what="folder" />
        </dd>
        <dt>Secrets</dt>
        <dd>{program.secrets}</dd>
        {program.storeWarning !== '' && (
          <>
            <dt>Store</dt>
            <dd>{program.storeWarning}</dd>
          </>
        )}
      </dl>
    </Section>
  )
}

function Section({ title, hint, children }: { title: string; hint?: string; children: ReactNode }) {
  return (
    <section className={styles.section}>
      <Title order={2}>{title}</Title>
      {hint !== undefined && (
        <Text size="xs" className="quiet">
          {hint}
        </Text>
      )}
      <div className={styles.body}>{children}</div>
    </section>
  )
}
