import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { nonceMetaName, shellMetaName } from '../../contract/page-session.ts'
import { renderContentPolicy } from './content-policy.ts'
import { findPageFile } from './page-files.ts'

/** A file of the page as a shell serves it. */
export interface PageAnswer {
  readonly body: Uint8Array<ArrayBuffer>
  readonly headers: Readonly<Record<string, string>>
}

/** The shell that shows the page; a browser's page has a socket. */
export type Shell = { readonly kind: 'window' } | { readonly kind: 'browser'; readonly socket: string }

/**
 * Reads a file of the built page, with the headers that both shells send. A document gets a nonce of its own for every
 * load, and is told by its shell.
 * @returns undefined when there is no such file
 */
export async function readPageFile(
  root: string,
  pathname: string,
  shell: Shell,
): Promise<PageAnswer | undefined> {
  const file = findPageFile(root, pathname)
  // A missing file means an incomplete build; the page shows nothing then, and the console says which file.
  const content = file === undefined ? undefined : await readFile(file.path).catch(() => undefined)
  if (file === undefined || content === undefined) return undefined
  const nonce = randomBytes(18).toString('base64')
  const headers = {
    'content-type': file.contentType,
    'content-security-policy': renderContentPolicy(nonce, shell.kind === 'browser' ? shell.socket : ''),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-cache',
  }
  const isDocument = file.path.endsWith('.html')
  return { body: isDocument ? addMeta(content, nonce, shell) : new Uint8Array(content), headers }
}

/** Base64 and the shells' names need no escaping in an attribute. */
function addMeta(document: Buffer, nonce: string, shell: Shell): Uint8Array<ArrayBuffer> {
  const meta = { [nonceMetaName]: nonce, [shellMetaName]: shell.kind }
  const elements = Object.entries(meta).map(([name, content]) => `<meta name="${name}" content="${content}">`)
  return new TextEncoder().encode(document.toString('utf8').replace('<head>', `<head>${elements.join('')}`))
}
