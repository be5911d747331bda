import { protocol } from 'electron'
import { readPageFile } from '../page/read-page-file.ts'
import { pageHost, pageScheme } from './page-origin.ts'

/** Makes `app:` a scheme like https. Electron takes this only before it is ready. */
export function registerPageScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: pageScheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ])
}

/** Serves the built page in `root` under `app://panel/`. */
export function servePage(root: string): void {
  protocol.handle(pageScheme, async (request) => {
    const url = new URL(request.url)
    const isOurs = request.method === 'GET' && url.host === pageHost
    const answer = isOurs ? await readPageFile(root, url.pathname, { kind: 'window' }) : undefined
    if (answer === undefined) return new Response(null, { status: 404 })
    return new Response(answer.body, { headers: answer.headers })
  })
}
