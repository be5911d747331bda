import { Button, Modal, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { HostStatus } from '../../../contract/panel.ts'
import { adviseHere } from '../../rpc/advise-here.ts'
import { toFailure } from '../../rpc/failure.ts'
import { useQueries } from '../../rpc/use-queries.ts'
import { FailureAlert } from '../../ui/failure-alert.tsx'
import { PassphraseQuestion } from '../secrets/passphrase-question.tsx'

const questions: readonly string[] = ['PASSPHRASE_NEEDED', 'PASSPHRASE_WRONG']

/** Whether a host is not reached only because its key is locked. */
export function isLocked({ connection, problem }: HostStatus): boolean {
  return connection === 'unreachable' && questions.includes(problem)
}

/** Why a host is not reached, or what is on it is not seen. What its menu or a button beside it puts right is said in their words. */
export function describeUnreached(host: HostStatus): string {
  if (isLocked(host)) return 'Its SSH key is protected by a passphrase that is not remembered.'
  if (host.problem === 'HOST_KEY_CHANGED')
    return `It shows another key than before, and nothing was sent to it. ${adviseHere('HOST_KEY_CHANGED', '')}`
  return host.why
}

/** For a host that is not reached because its key is encrypted and the passphrase is not kept: asks for it again. */
export function UnlockHost({ host }: { readonly host: HostStatus }) {
  const [opened, setOpened] = useState(false)
  const close = () => setOpened(false)
  if (!opened && !isLocked(host)) return null
  return (
    <>
      <Button onClick={() => setOpened(true)}>Unlock its key</Button>
      <Modal opened={opened} onClose={close} title={`Unlock the key of ${host.name}`} size="md">
        <Unlock name={host.name} onDone={close} />
      </Modal>
    </>
  )
}

/** Asks the host something, because its refusal names the key file; done as soon as it answers. */
function Unlock({ name, onDone }: { readonly name: string; readonly onDone: () => void }) {
  const asked = useQuery({
    ...useQueries().host.facts.queryOptions({ input: { name } }),
    staleTime: 0,
    gcTime: 0,
  })
  const { isSuccess, isFetching, error, refetch } = asked
  useEffect(() => {
    if (isSuccess && !isFetching) onDone()
  }, [isSuccess, isFetching, onDone])
  if (isFetching || error === null) {
    return (
      <Text className="quiet" role="status">
        Connecting to {name}.
      </Text>
    )
  }
  const { code, details } = toFailure(error)
  const again = () => void refetch()
  if (!questions.includes(code)) return <FailureAlert error={error} onRetry={again} />
  return (
    <Stack gap="sm">
      <PassphraseQuestion
        identityFile={String(details['identityFile'] ?? '')}
        wrong={code === 'PASSPHRASE_WRONG'}
        inDialog
        onKept={again}
        onPlace={again}
        onCancel={onDone}
      />
    </Stack>
  )
}
