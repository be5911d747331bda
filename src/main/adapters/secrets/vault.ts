import { z } from 'zod'
import { fail } from '../../../domain/problem-error.ts'
import { describeDiskError } from '../store/disk-error.ts'
import { type BoxKey, makeBoxKey, openBox, sealBox } from './sealed-box.ts'
import { parseSealed, type SecretsContent, secretsPath, writeSecretsFile } from './secrets-file.ts'

/** A desktop's own password store as a program can use it, by Electron's safeStorage. */
export interface DesktopCipher {
  isAvailable(): Promise<boolean>
  /** The keeper of the key: `gnome_libsecret`, `kwallet6`, `basic_text`; empty where there is only one possibility. */
  backend(): string
  encrypt(text: string): Promise<Buffer>
  decrypt(bytes: Buffer): Promise<string>
}

/** Secrets that are open in memory and encrypted in the file. */
export interface Vault {
  readonly kind: 'desktop' | 'passphrase'
  readonly entries: Map<string, string>
  /** The file's content with these entries in it. */
  seal(content: SecretsContent): Promise<SecretsContent>
}

const entriesSchema = z.array(z.tuple([z.string(), z.string()]))

const render = (entries: ReadonlyMap<string, string>): string => JSON.stringify([...entries])

function parse(text: string): Map<string, string> | undefined {
  try {
    return new Map(entriesSchema.parse(JSON.parse(text)))
  } catch {
    return undefined
  }
}

/**
 * The vault of the desktop, if it keeps its key safe: `basic_text` is a key that everybody knows.
 * @returns why not, as the end of a sentence, if it cannot be used
 */
export async function openDesktopVault(
  cipher: DesktopCipher | undefined,
  content: SecretsContent,
): Promise<Vault | { readonly kind: 'none'; readonly reason: string }> {
  const none = (reason: string) => ({ kind: 'none', reason }) as const
  if (cipher === undefined) return none('no password store of a desktop can be used here')
  try {
    if (!(await cipher.isAvailable())) return none('the desktop has no password store')
    const backend = cipher.backend()
    if (backend === 'basic_text' || backend === 'unknown')
      return none('the desktop would keep the key in the open')
    const probe = render(new Map([['probe', 'päss']]))
    if ((await cipher.decrypt(await cipher.encrypt(probe))) !== probe)
      return none("the desktop's password store does not give back what it was given")
    const { desktop } = content
    const text =
      desktop === null ? '[]' : await cipher.decrypt(Buffer.from(desktop, 'base64')).catch(() => '')
    // Secrets that another key encrypted are lost; each is asked for again when it is needed.
    const entries = parse(text) ?? new Map()
    const seal: Vault['seal'] = async (before) => ({
      ...before,
      desktop: (await cipher.encrypt(render(entries))).toString('base64'),
    })
    return { kind: 'desktop', entries, seal }
  } catch {
    return none("the desktop's password store did not work")
  }
}

/** A new vault under a passphrase, with these entries. */
export async function makePassphraseVault(
  passphrase: string,
  entries: ReadonlyMap<string, string>,
): Promise<Vault> {
  return toPassphraseVault(await makeBoxKey(passphrase), new Map(entries))
}

/**
 * Opens what a passphrase keeps.
 * @throws ProblemError SECRETS_LOCKED when it does not fit, or the file was changed
 */
export async function openPassphraseVault(
  folder: string,
  content: SecretsContent,
  passphrase: string,
): Promise<Vault> {
  const locked = (reason: string): never => fail({ code: 'SECRETS_LOCKED', details: { reason } })
  const box = parseSealed(content.passphrase)
  if (content.choice !== 'passphrase' || box === null) return locked('no passphrase has been chosen yet')
  const opened = await openBox(box, passphrase)
  if (opened.kind === 'wrong-passphrase') return locked('this passphrase does not fit')
  const entries = opened.kind === 'opened' ? parse(opened.text) : undefined
  if (opened.kind === 'damaged' || entries === undefined)
    return locked(`${secretsPath(folder)} is damaged, or something else changed it`)
  return toPassphraseVault(opened.key, entries)
}

function toPassphraseVault(key: BoxKey, entries: Map<string, string>): Vault {
  return {
    kind: 'passphrase',
    entries,
    seal: async (before) => ({ ...before, choice: 'passphrase', passphrase: sealBox(key, render(entries)) }),
  }
}

/** @throws ProblemError STORE_UNUSABLE */
export async function saveContent(folder: string, content: SecretsContent): Promise<void> {
  await writeSecretsFile(folder, content).catch((error: unknown) => {
    const details = { path: secretsPath(folder), reason: describeDiskError(error) }
    return fail({ code: 'STORE_UNUSABLE', details }, error)
  })
}
