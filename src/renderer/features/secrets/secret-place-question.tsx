import { Button, PasswordInput, Stack, Text, Title } from '@mantine/core'
import { useState } from 'react'
import type { SecretPlace } from '../../../contract/secret.ts'
import { useClient } from '../../rpc/client-context.tsx'
import { type Failure, toFailure } from '../../rpc/failure.ts'
import { Answers } from '../../ui/answers.tsx'
import { FailureNotice } from '../../ui/failure-alert.tsx'

interface SecretPlaceQuestionProps {
  readonly place: SecretPlace
  readonly inDialog: boolean
  readonly onAnswered: () => void
}

/** Where this computer has no safe place of its own: a passphrase for all secrets, or none is kept. */
export function SecretPlaceQuestion({ place, inDialog, onAnswered }: SecretPlaceQuestionProps) {
  const client = useClient()
  const [passphrase, setPassphrase] = useState('')
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)
  const isNew = place.needs === 'choice'
  const answer = async (call: () => Promise<unknown>): Promise<void> => {
    setBusy(true)
    setFailure(null)
    try {
      await call()
      onAnswered()
    } catch (error) {
      setFailure(toFailure(error))
    } finally {
      setBusy(false)
    }
  }
  const submit = (): Promise<void> =>
    answer(() =>
      isNew ? client.secret.choose({ kind: 'passphrase', passphrase }) : client.secret.unlock({ passphrase }),
    )
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
    >
      <Stack gap="sm" maw={520}>
        <Title order={2}>{isNew ? 'Where to keep secrets' : 'Unlock the kept secrets'}</Title>
        <Text>
          {isNew
            ? 'This computer has no keyring that Memharbor can use. Secrets, such as passphrases of SSH keys, can be kept in an encrypted file that one passphrase opens, or not at all: then they are asked for after every start.'
            : place.sentence}
        </Text>
        <PasswordInput
          label={isNew ? 'A new passphrase for the file' : 'Passphrase'}
          value={passphrase}
          onChange={({ currentTarget }) => setPassphrase(currentTarget.value)}
          autoComplete="off"
          autoFocus
        />
        {failure !== null && <FailureNotice failure={failure} />}
        <Answers
          inDialog={inDialog}
          primary={
            <Button type="submit" loading={busy} disabled={passphrase === ''}>
              {isNew ? 'Keep them encrypted' : 'Unlock'}
            </Button>
          }
          other={
            <Button
              variant="default"
              disabled={busy}
              onClick={() => void answer(() => client.secret.choose({ kind: 'nowhere' }))}
            >
              Do not remember secrets
            </Button>
          }
        />
      </Stack>
    </form>
  )
}
