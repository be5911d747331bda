import { Button, PasswordInput, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useClient } from '../../rpc/client-context.tsx'
import { type Failure, toFailure } from '../../rpc/failure.ts'
import { useQueries } from '../../rpc/use-queries.ts'
import { Answers } from '../../ui/answers.tsx'
import { FailureNotice } from '../../ui/failure-alert.tsx'
import { SecretPlaceQuestion } from './secret-place-question.tsx'

interface PassphraseQuestionProps {
  readonly identityFile: string
  /** The one that was kept did not fit. */
  readonly wrong?: boolean
  readonly inDialog?: boolean
  readonly onKept: () => void
  /** It was said where secrets are kept: the passphrase may be there already. */
  readonly onPlace?: () => void
  readonly onCancel: () => void
}

/** The passphrase of a key file, tried before it is kept; and before it, where it may be kept, if nobody has said. */
export function PassphraseQuestion(props: PassphraseQuestionProps) {
  const { data: place, refetch } = useQuery(useQueries().secret.place.queryOptions())
  if (place === undefined) return <Text className="quiet">Looking where secrets can be kept.</Text>
  if (place.needs !== 'nothing')
    return (
      <SecretPlaceQuestion
        place={place}
        inDialog={props.inDialog ?? false}
        onAnswered={() => {
          void refetch()
          props.onPlace?.()
        }}
      />
    )
  return <PassphraseForm {...props} sentence={place.sentence} />
}

function PassphraseForm(props: PassphraseQuestionProps & { readonly sentence: string }) {
  const { identityFile, wrong = false, inDialog = false, onKept, onCancel, sentence } = props
  const client = useClient()
  const [passphrase, setPassphrase] = useState('')
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)
  const submit = async (): Promise<void> => {
    setBusy(true)
    setFailure(null)
    try {
      await client.secret.rememberPassphrase({ identityFile, passphrase })
      onKept()
    } catch (error) {
      setFailure(toFailure(error))
      setPassphrase('')
    } finally {
      setBusy(false)
    }
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
    >
      <Stack gap="sm" maw={520}>
        <Title order={2}>Passphrase of the key</Title>
        <Text>
          <span className="code">{identityFile}</span> is encrypted.
          {wrong && ' The passphrase that was kept does not open it.'}
        </Text>
        <PasswordInput
          label="Passphrase"
          value={passphrase}
          onChange={({ currentTarget }) => setPassphrase(currentTarget.value)}
          data-autofocus
          autoFocus
          autoComplete="off"
        />
        <Text size="xs" className="quiet">
          {sentence}
        </Text>
        {failure !== null && <FailureNotice failure={failure} />}
        <Answers
          inDialog={inDialog}
          primary={
            <Button type="submit" loading={busy} disabled={passphrase === ''}>
              Unlock
            </Button>
          }
          other={
            <Button variant="default" onClick={onCancel}>
              Cancel
            </Button>
          }
        />
      </Stack>
    </form>
  )
}
