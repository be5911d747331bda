import { readFileSync } from 'node:fs'
import { mustRun } from './run.ts'

/**
 * A key pair made by ssh-keygen: `path` and `path.pub`, ed25519, the private file with mode 0600. Its passphrase is easy
 * to try: the rounds that make it hard take 0.2 s of a processor, for every host.
 */
export const makeKey = async (path: string, passphrase = ''): Promise<string> => {
  const kind = ['-q', '-t', 'ed25519', '-a', '1', '-C', 'sandbox']
  await mustRun(['ssh-keygen', ...kind, '-N', passphrase, '-f', path])
  return path
}

export const readPublicKey = (path: string): string => readFileSync(`${path}.pub`, 'utf8').trim()

/**
 * The fingerprint as ssh shows it, `SHA256:` and 43 characters. A sample of the tool's line:
 * `256 SHA256:c2VjcmV0IGlzIG5vdCBoZXJlLCBzb3JyeSBhYm91dCBpdA sandbox (ED25519)`
 */
export const readFingerprint = async (path: string): Promise<string> => {
  const line = await mustRun(['ssh-keygen', '-l', '-E', 'sha256', '-f', `${path}.pub`])
  const found = /SHA256:\S{43}/.exec(line)
  if (found === null) throw new Error(`ssh-keygen shows no fingerprint: ${line}`)
  return found[0]
}
