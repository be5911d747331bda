import { Button, Group, PasswordInput, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import type { HostOperator } from '../../../contract/host.ts'
import { useClient } from '../../rpc/client-context.tsx'
import { FailureNotice } from '../../ui/failure-alert.tsx'
import { useSubmit } from '../../ui/use-submit.ts'

const questions: readonly string[] = ['SUDO_PASSWORD_NEEDED', 'SUDO_PASSWORD_WRONG']

interface RemoveOperatorProps {
  readonly name: string
  readonly operator: HostOperator
  readonly onDone: () => void
  readonly onBack: () => void
}

/** Says what it means to take the right from this one, and does it; asks for sudo's password where sudo wants one. */
export function RemoveOperator({ name, operator, onDone, onBack }: RemoveOperatorProps) {
  const client = useClient()
  const { busy, failure, submit } = useSubmit()
  const [sudoPassword, setSudoPassword] = useState('')
  const [wanted, setWanted] = useState(false)
  const user = operator.name
  const isQuestion = failure !== null && questions.includes(failure.code)
  const asksPassword = wanted || isQuestion
  const remove = async (): Promise<void> => {
    setWanted(asksPassword)
    const secret = sudoPassword === '' ? {} : { sudoPassword }
    const done = await submit(() => client.host.removeOperator({ name, user, confirmed: true, ...secret }))
    if (done !== undefined) onDone()
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void remove()
      }}
    >
      <Stack gap="sm">
        {operator.isSelf ? (
          <Text>
            This panel is logged in as {user}. Without the right it can no longer see or change who gets in on{' '}
            {name}, nor take access away, until preparing the host gives the right back.
          </Text>
        ) : (
          <Text>
            This takes the right to run the helper on {name} from {user}.
            {operator.standing !== 'no-account' && (
              <>
                {' '}
                Who is in the docker group there is root all the same:{' '}
                <code className="code">sudo gpasswd -d {user} docker</code> takes that away.
              </>
            )}
          </Text>
        )}
        {asksPassword && (
          <PasswordInput
            maw={320}
            label={`Password of sudo on ${name}`}
            description="Used for this once, and kept nowhere"
            value={sudoPassword}
            onChange={({ currentTarget }) => setSudoPassword(currentTarget.value)}
            error={failure?.code === 'SUDO_PASSWORD_WRONG' ? failure.message : undefined}
            autoComplete="off"
            data-autofocus
          />
        )}
        {failure !== null && !isQuestion && <FailureNotice failure={failure} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onBack}>
            Back
          </Button>
          <Button type="submit" color="red" loading={busy} disabled={asksPassword && sudoPassword === ''}>
            Remove {user}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
