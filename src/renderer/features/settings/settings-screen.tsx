import { SegmentedControl, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Settings } from '../../../contract/settings.ts'
import { useQueries } from '../../rpc/use-queries.ts'
import { Copy } from '../../ui/copy.tsx'
import { FailureAlert } from '../../ui/failure-alert.tsx'
import { Screen } from '../../ui/screen.tsx'
import { NewTenants, OldActivity, Ports } from './number-sections.tsx'
import { Section } from './section.tsx'
import styles from './settings.module.css'
import { describeChange, useChange } from './use-change.ts'

/** The operator's choices for this panel, each saved as it is changed, and called saved only when it is stored. */
export function SettingsScreen() {
  const settings = useQuery(useQueries().settings.get.queryOptions())
  if (settings.data === undefined) {
    return (
      <Screen title="Settings">
        {settings.isError ? (
          <FailureAlert error={settings.error} onRetry={() => void settings.refetch()} />
        ) : (
          <Text className="quiet">Reading the settings.</Text>
        )}
      </Screen>
    )
  }
  return (
    <Screen title="Settings">
      <Stack gap="md" maw={720}>
        {settings.isError && <FailureAlert error={settings.error} onRetry={() => void settings.refetch()} />}
        <Appearance theme={settings.data.theme} />
        <NewTenants settings={settings.data} />
        <Ports settings={settings.data} />
        <OldActivity settings={settings.data} />
        <AboutProgram />
      </Stack>
    </Screen>
  )
}

function Appearance({ theme }: Pick<Settings, 'theme'>) {
  const change = useChange()
  return (
    <Section title="Appearance" said={describeChange(change, false)} error={change.error}>
      <SegmentedControl
        aria-label="Theme"
        className={styles.theme}
        value={theme}
        onChange={(value) => change.mutate({ theme: value as Settings['theme'] })}
        data={[
          { value: 'system', label: 'Like the system' },
          { value: 'light', label: 'Light' },
          { value: 'dark', label: 'Dark' },
        ]}
      />
    </Section>
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
