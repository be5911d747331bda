import { Select, SimpleGrid, Stack, TagsInput, Textarea } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { maxConnectionsRange } from '../../../../contract/limits.ts'
import { useLive } from '../../../rpc/live-context.tsx'
import type { LiveState } from '../../../rpc/live-state.ts'
import { useQueries } from '../../../rpc/use-queries.ts'
import { WholeNumber } from '../../../ui/whole-number.tsx'
import type { useAllowPreview } from '../../allowlist/use-allow-preview.ts'
import { AllowField } from '../allow-field.tsx'
import { useKnownTags } from '../use-known-tags.ts'
import { MemoryField } from './memory-field.tsx'
import type { CreateField, NewTenant } from './new-tenant.ts'

interface MoreFieldsProps {
  readonly entered: NewTenant
  readonly onChange: (part: Partial<NewTenant>) => void
  readonly errors: Partial<Record<CreateField, string>>
  readonly reading: ReturnType<typeof useAllowPreview>
  readonly meant: string
  readonly onMeant: (meant: string) => void
}

const selectHosts = ({ hosts }: LiveState) => hosts

/** Everything that has a sound default. */
export function MoreFields({ entered, onChange, errors, reading, meant, onMeant }: MoreFieldsProps) {
  const hosts = useLive(selectHosts)
  const { data: settings } = useQuery(useQueries().settings.get.queryOptions())
  const known = useKnownTags()
  const usual = settings?.newTenant
  const standard = hosts.find(({ isDefault }) => isDefault) ?? (hosts.length === 1 ? hosts[0] : undefined)
  return (
    <Stack gap="sm">
      {hosts.length > 1 && (
        <Select
          label="Host"
          placeholder={standard === undefined ? 'Choose a host' : `${standard.name} (default)`}
          data={hosts.map(({ name, isDefault, connection }) => ({
            value: name,
            label: [name, isDefault ? '(default)' : '', connection === 'unreachable' ? '(not reached)' : '']
              .filter(Boolean)
              .join(' '),
          }))}
          value={entered.host ?? null}
          onChange={(host) => onChange({ host: host ?? undefined })}
          error={errors.host}
          clearable
          searchable
        />
      )}
      <SimpleGrid cols={2} spacing="sm">
        <MemoryField
          value={entered.memoryMb}
          usual={usual?.memoryMb}
          onChange={(memoryMb) => onChange({ memoryMb })}
          error={errors.memory}
        />
        <WholeNumber
          label="Connections at once"
          placeholder={usual === undefined ? '' : `${usual.maxConnections.toLocaleString('en')} (default)`}
          value={entered.maxConnections}
          onChange={(maxConnections) => onChange({ maxConnections })}
          range={maxConnectionsRange}
          error={errors.connections}
        />
      </SimpleGrid>
      <AllowField
        text={entered.allowText}
        onChange={(allowText) => onChange({ allowText })}
        reading={reading}
        meant={meant}
        onMeant={onMeant}
        error={errors.allow}
        description="Nobody else can connect. Without any, nobody can until you allow somebody."
      />
      <TagsInput
        label="Tags"
        data={known}
        limit={50}
        maxTags={20}
        value={[...entered.tags]}
        onChange={(tags) => onChange({ tags })}
        acceptValueOnBlur
        error={errors.tags}
      />
      <Textarea
        label="Notes"
        description="For you and other operators; the customer does not see them."
        value={entered.notes}
        onChange={({ currentTarget }) => onChange({ notes: currentTarget.value })}
        autosize
        minRows={1}
        maxRows={4}
        maxLength={2000}
        error={errors.notes}
      />
    </Stack>
  )
}
