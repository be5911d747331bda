import { open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { describeDiskError, errorCode } from '../store/disk-error.ts'
import { sealedBoxSchema } from './sealed-box.ts'

/** The content of `secrets.json` in the data folder: the operator's choice, and secrets under lock and key only. */
const contentSchema = z.object({
  v: z.literal(1),
  /** The operator's choice where neither a keyring nor the desktop keeps secrets; null: nobody has been asked yet. */
  choice: z.enum(['passphrase', 'nowhere']).nullable(),
  /** Sealed by the operator's passphrase. */
  passphrase: sealedBoxSchema.nullable(),
  /** Encrypted by the desktop's own password store, in base64. */
  desktop: z
    .base64()
    .max(2 ** 21)
    .nullable(),
})

/** The same as it is written. */
export type SecretsContent = z.input<typeof contentSchema>

const emptyContent: SecretsContent = { v: 1, choice: null, passphrase: null, desktop: null }

/** The content found. A file that cannot be understood got another name, so that a new one does not destroy it. */
export type FoundContent = {
  readonly content: SecretsContent
  /** In a sentence, when the file could not be used; empty otherwise. */
  readonly warning: string
  /** False for a file that is there and cannot be read: it may be whole, so it must not be replaced. */
  readonly replaceable: boolean
}

export const secretsPath = (folder: string): string => join(folder, 'secrets.json')

export const parseSealed = (box: SecretsContent['passphrase']) => sealedBoxSchema.nullable().parse(box)

export async function readSecretsFile(folder: string, now: Date): Promise<FoundContent> {
  const path = secretsPath(folder)
  try {
    const text = await readFile(path, 'utf8')
    if (isContent(text))
      return { content: JSON.parse(text) as SecretsContent, warning: '', replaceable: true }
    const aside = `${path}.damaged-${now.toISOString().replaceAll(/[:.]/g, '-')}`
    await rename(path, aside)
    const warning = `${path} was damaged or changed; it is kept as ${aside}.`
    return { content: emptyContent, warning, replaceable: true }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return { content: emptyContent, warning: '', replaceable: true }
    const warning = `${path} cannot be read: ${describeDiskError(error)}.`
    return { content: emptyContent, warning, replaceable: false }
  }
}

function isContent(text: string): boolean {
  try {
    return contentSchema.safeParse(JSON.parse(text)).success
  } catch {
    return false
  }
}

/**
 * Writes the file for its owner only. It is whole at every moment: the new one is on the disk before it gets the name.
 * @throws what the disk says
 */
export async function writeSecretsFile(folder: string, content: SecretsContent): Promise<void> {
  const path = secretsPath(folder)
  const writing = `${path}.writing`
  try {
    await rm(writing, { force: true })
    await writeDurably(writing, JSON.stringify(content))
    await rename(writing, path)
  } catch (error) {
    await rm(writing, { force: true }).catch(() => undefined)
    throw error
  }
  // Windows can't open a folder; NTFS writes renames to its journal itself.
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  await handle.sync().finally(() => handle.close())
}

async function writeDurably(path: string, text: string): Promise<void> {
  const handle = await open(path, 'wx', 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
}
