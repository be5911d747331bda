import { Button, Stack, Text, Title } from '@mantine/core'
import { Answers } from '../../ui/answers.tsx'
import { Copy } from '../../ui/copy.tsx'
import styles from './add-host.module.css'
import type { ShownKey } from './flow.ts'

interface KeyQuestionProps {
  /** The act that follows when the key is the right one: `connect`. */
  readonly verb: string
  readonly shown: ShownKey
  readonly inDialog?: boolean
  readonly onAccept: () => void
  readonly onCancel: () => void
}

/** The server's files by key type, as sshd_config(5) lists them: `ssh-ed25519` is in ssh_host_ed25519_key.pub. */
const keyFiles: Readonly<Record<string, string>> = {
  'ssh-ed25519': 'ed25519',
  'ssh-rsa': 'rsa',
  'rsa-sha2-256': 'rsa',
  'rsa-sha2-512': 'rsa',
}

/** Whether this is the right server: only somebody who compares can tell. */
export function KeyQuestion({ verb, shown, inDialog = false, onAccept, onCancel }: KeyQuestionProps) {
  const { address, keyType, fingerprint, pinned } = shown
  const changed = pinned !== ''
  const file = keyFiles[keyType] ?? (keyType.startsWith('ecdsa') ? 'ecdsa' : '*')
  const command = `ssh-keygen -lf /etc/ssh/ssh_host_${file}_key.pub`
  return (
    <Stack gap="sm" maw={620}>
      <Title order={2}>{changed ? 'Its key is another one now' : 'Is this the right server?'}</Title>
      {changed ? (
        <>
          <Text>{address} is known, with this key:</Text>
          <div className={`${styles.fingerprint} code`}>{pinned}</div>
          <Text>Now it shows this {keyType} key:</Text>
        </>
      ) : (
        <Text>
          {address} is not known yet. It shows this {keyType} key:
        </Text>
      )}
      <div className={`${styles.fingerprint} code`}>
        {fingerprint} <Copy value={fingerprint} what="fingerprint" />
      </div>
      {changed && (
        <Text>
          Ask whoever runs the server whether it was installed anew or was given another key. If nobody knows
          of it, somebody may be in between: cancel.
        </Text>
      )}
      <Text>
        Compare {changed ? 'the new one' : 'it'} with what the server itself says, in a session that you
        trust, such as the console of its provider:
      </Text>
      <div className={`${styles.fingerprint} code`}>
        {command} <Copy value={command} what="command" />
      </div>
      <Answers
        inDialog={inDialog}
        primary={<Button onClick={onAccept}>It is the same, {verb}</Button>}
        other={
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
        }
      />
    </Stack>
  )
}
