import { readFile } from 'node:fs/promises'
import { protocol } from 'electron'
import { contentPolicy } from './content-policy.ts'
import { findPageFile, pageScheme } from './page-files.ts'

/** Makes `app:` a scheme like https. Electron takes this only before it is ready. */
export function registerPageScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: pageScheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ])
}

/** Serves the built page in `root` under `app://panel/`. */
export function servePage(root: string): void {
  protocol.handle(pageScheme, async (request) => {
    const file = request.method === 'GET' ? findPageFile(root, request.url) : undefined
    // A missing file means an incomplete build; the page shows nothing then, and the console says which file.
    const content = file === undefined ? undefined : await readFile(file.path).catch(() => undefined)
    if (file === undefined || content === undefined) return new Response(null, { status: 404 })
    return new Response(new Uint8Array(content), {
      headers: {
        'content-type': file.contentType,
        'content-security-policy': contentPolicy,
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-cache',
      },
    })
  })
}
