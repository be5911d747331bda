import { Button, Collapse, Group, Stack, Text, TextInput, UnstyledButton } from '@mantine/core'
import { ChevronDown, ChevronRight } from 'lucide-react'
import { useMemo, useRef, useState } from 'react'
import { toFailure } from '../../../rpc/failure.ts'
import { useLive, useLiveStore } from '../../../rpc/live-context.tsx'
import type { LiveState } from '../../../rpc/live-state.ts'
import { FailureAlert } from '../../../ui/failure-alert.tsx'
import { isReadyToAllow, renderLeftOut, toConfirmed } from '../../allowlist/allow-verb.ts'
import { useAllowPreview } from '../../allowlist/use-allow-preview.ts'
import { toNewAllowInputs } from '../../tenant/allowlist/allow-rows.ts'
import { describeNameProblem, foldNames } from '../name-hint.ts'
import { MoreFields } from './more-fields.tsx'
import { type CreateField, fieldOf, hasMore, hasUsableNumbers, type NewTenant } from './new-tenant.ts'
import { useCreateTenant, useDraft } from './use-create.tsx'

const countTenants = ({ tenants }: LiveState): number => tenants.length

/** A name, and under More what else a tenant has. It closes as soon as the work has begun; refusals are shown here. */
export function NewTenantForm({ onClose }: { readonly onClose: () => void }) {
  const draft = useDraft()
  const [entered, setEntered] = useState<NewTenant>(draft)
  const [more, setMore] = useState(hasMore(draft))
  const [meant, setMeant] = useState('')
  const [error, setError] = useState<unknown>()
  const under = useRef<AbortController>(undefined)
  const [busy, setBusy] = useState(false)
  const create = useCreateTenant()
  const live = useLiveStore()
  const count = useLive(countTenants)
  // Read again when tenants come or go, and not at every change of one.
  const taken = useMemo(
    () => foldNames(count === 0 ? [] : live.get().tenants.map(({ name }) => name)),
    [live, count],
  )
  const reading = useAllowPreview(entered.allowText)
  const { preview, empty } = reading
  const hint = describeNameProblem(entered.name, taken)
  const failure = error === undefined ? undefined : toFailure(error)
  const field = failure === undefined ? undefined : fieldOf(failure.code, failure.details)
  const errors: Partial<Record<CreateField, string>> =
    failure === undefined || field === undefined
      ? {}
      : { [field]: `${failure.message} ${failure.advice}`.trim() }
  const allowReady = empty || isReadyToAllow(reading, meant)
  const moreReady = allowReady && hasUsableNumbers(entered)
  const ready = entered.name.trim() !== '' && hint === '' && moreReady && !busy

  const change = (part: Partial<NewTenant>): void => {
    setEntered((before) => ({ ...before, ...part }))
    setError(undefined)
  }
  const submit = async (): Promise<void> => {
    if (!ready) return
    setBusy(true)
    setError(undefined)
    const own = new AbortController()
    under.current = own
    const allow = { entries: toNewAllowInputs(preview?.entries ?? []), ...toConfirmed(preview) }
    const answer = await create(entered, allow, own.signal)
    setBusy(false)
    if (answer.kind === 'begun') {
      onClose()
      return
    }
    if (own.signal.aborted) return
    const { code, details } = toFailure(answer.error)
    const about = fieldOf(code, details)
    if (about !== undefined && about !== 'name') setMore(true)
    setError(answer.error)
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
      noValidate
    >
      <Stack gap="sm">
        <TextInput
          label="Name"
          description="As the customer is called, such as acme or shop@example.com"
          value={entered.name}
          onChange={({ currentTarget }) => change({ name: currentTarget.value })}
          error={hint !== '' ? hint : errors.name}
          autoComplete="off"
          spellCheck={false}
          data-autofocus
        />
        <UnstyledButton onClick={() => setMore(!more)} aria-expanded={more}>
          <Group gap={4}>
            {more ? <ChevronDown size={14} aria-hidden /> : <ChevronRight size={14} aria-hidden />}
            <Text fw={550}>More</Text>
            {!more && (
              <Text className={moreReady ? 'quiet' : undefined} c={moreReady ? undefined : 'red'}>
                {moreReady
                  ? 'memory, connections, allowed addresses, notes, tags'
                  : 'something here cannot be used yet'}
              </Text>
            )}
          </Group>
        </UnstyledButton>
        <Collapse expanded={more}>
          {more && (
            <MoreFields
              entered={entered}
              onChange={change}
              errors={errors}
              reading={reading}
              meant={meant}
              onMeant={setMeant}
            />
          )}
        </Collapse>
        {error !== undefined && field === undefined && (
          <FailureAlert error={error} onRetry={() => void submit()} />
        )}
        {empty && !more && (
          <Text className="quiet" size="xs">
            Nobody can connect until an address is allowed; that can be done at any time.
          </Text>
        )}
        <Group justify="flex-end" gap="xs">
          {busy && (
            <Text className="quiet" role="status">
              Asking the host…
            </Text>
          )}
          <Button
            variant="default"
            onClick={() => {
              if (busy) under.current?.abort()
              else onClose()
            }}
          >
            Cancel
          </Button>
          <Button
            type="submit"
            disabled={!ready}
            color={preview !== undefined && preview.widens !== '' ? 'red' : undefined}
          >
            Create{renderLeftOut(preview)}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
