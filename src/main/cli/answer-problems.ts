import { readFile } from 'node:fs/promises'
import type { Client } from '../../contract/router.ts'
import { fail } from '../../domain/problem-error.ts'
import { readProblem } from './command-problem.ts'
import type { Terminal } from './terminal.ts'

/** Answers that the command line has beforehand, so that scripts need not be asked. */
export interface GivenAnswers {
  readonly passphraseFile: string | undefined
}

/** Whether a passphrase that is asked for could be given. */
export function canAnswer(terminal: Terminal, { passphraseFile }: GivenAnswers): boolean {
  return terminal.interactive || passphraseFile !== undefined
}

/** After so many wrong answers in a row it is better to look for the right one first. */
const mostQuestions = 5

/**
 * Runs a call and, when it fails for want of a passphrase, gets one (from the file, or from the person) and runs it
 * again. The passphrase goes to the secrets, never through the call itself.
 */
export async function withPassphrases<T>(
  client: Client,
  terminal: Terminal,
  given: GivenAnswers,
  call: () => Promise<T>,
): Promise<T> {
  for (let asked = 0; ; asked += 1) {
    try {
      return await call()
    } catch (error) {
      const found = readProblem(error)
      if (found === undefined || asked >= mostQuestions) throw error
      if (found.problem.code !== 'PASSPHRASE_NEEDED' && found.problem.code !== 'PASSPHRASE_WRONG') throw error
      if (found.problem.code === 'PASSPHRASE_WRONG' && given.passphraseFile !== undefined) throw error
      // The kept secrets may hold the answer: they are opened before anything else is asked for.
      if (await unlockSecrets(client, terminal, given)) continue
      const { identityFile } = found.problem.details
      const passphrase = await findPassphrase(identityFile, terminal, given)
      if (passphrase === undefined) throw error
      await rememberPassphrase(client, terminal, given, identityFile, passphrase)
    }
  }
}

/** @returns whether secrets that a passphrase keeps were locked and are open now */
async function unlockSecrets(
  client: Client,
  terminal: Terminal,
  { passphraseFile }: GivenAnswers,
): Promise<boolean> {
  if ((await client.secret.place()).needs !== 'passphrase') return false
  if (passphraseFile !== undefined) {
    await client.secret.unlock({ passphrase: await readPassphraseFile(passphraseFile) })
    return true
  }
  if (!terminal.interactive) return false
  const passphrase = await terminal.askSecret('Passphrase of the kept secrets (empty: go on without them)')
  if (passphrase === '') return false
  try {
    await client.secret.unlock({ passphrase })
  } catch (error) {
    if (readProblem(error)?.problem.code !== 'SECRETS_LOCKED') throw error
    terminal.note('That passphrase does not fit.')
  }
  return true
}

async function findPassphrase(
  identityFile: string,
  terminal: Terminal,
  { passphraseFile }: GivenAnswers,
): Promise<string | undefined> {
  if (passphraseFile !== undefined) return readPassphraseFile(passphraseFile)
  return terminal.interactive ? terminal.askSecret(`Passphrase for ${identityFile}`) : undefined
}

async function readPassphraseFile(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).replace(/\r?\n$/, '')
  } catch (error) {
    const reason = `the file cannot be read (${error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'})`
    return fail({ code: 'INVALID_INPUT', details: { field: 'passphrase file', given: path, reason } }, error)
  }
}

async function rememberPassphrase(
  client: Client,
  terminal: Terminal,
  given: GivenAnswers,
  identityFile: string,
  passphrase: string,
): Promise<void> {
  try {
    const { kept } = await client.secret.rememberPassphrase({ identityFile, passphrase })
    if (kept === 'nowhere')
      terminal.note('There is no keyring on this computer, so the passphrase is not kept.')
  } catch (error) {
    const wrong = readProblem(error)?.problem.code === 'PASSPHRASE_WRONG'
    // A person may try again; a file would say the same again.
    if (!wrong || given.passphraseFile !== undefined) throw error
    terminal.note('That passphrase is wrong.')
  }
}

/**
 * Runs a call that may meet host keys nobody has accepted yet, or other ones than before: shows each fingerprint, asks, and runs it again with
 * those that were accepted.
 */
export async function withHostKeys<T>(
  terminal: Terminal,
  given: readonly string[],
  call: (hostKeys: string[]) => Promise<T>,
): Promise<T> {
  const accepted = [...given]
  for (;;) {
    try {
      return await call(accepted)
    } catch (error) {
      const found = readProblem(error)
      const isAboutKey =
        found?.problem.code === 'HOST_KEY_UNKNOWN' || found?.problem.code === 'HOST_KEY_CHANGED'
      if (!isAboutKey || !terminal.interactive) throw error
      const { address, keyType, fingerprint } = found.problem.details
      terminal.note(`${address} shows a ${keyType} key with the fingerprint\n  ${fingerprint}`)
      if (found.problem.code === 'HOST_KEY_CHANGED') {
        terminal.note(`Trusted until now was\n  ${found.problem.details.pinned}`)
        terminal.note('If nobody knows why it changed, somebody may be in between.')
      }
      terminal.note("Compare it with the server's own: ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub")
      if (!(await terminal.confirm('Trust this key from now on?'))) throw error
      accepted.push(fingerprint)
    }
  }
}

/** The same terminal, where a question that several calls meet is asked once and answered for all of them. */
export function askOnce(terminal: Terminal): Terminal {
  let answer: Promise<boolean> | undefined
  return { ...terminal, confirm: (question) => (answer ??= terminal.confirm(question)) }
}

/** Runs a call that may lose something, or let in many: asks first where somebody can be asked, unless `--yes` was given. */
export async function withConfirmation<T>(
  terminal: Terminal,
  yes: boolean,
  call: (confirmed: boolean) => Promise<T>,
): Promise<T> {
  try {
    return await call(yes)
  } catch (error) {
    const found = readProblem(error)
    if (found?.problem.code !== 'CONFIRMATION_NEEDED' || !terminal.interactive) throw error
    if (!(await terminal.confirm(`${found.message} Go on?`))) throw error
    return call(true)
  }
}
