import { fail } from '../../domain/problem-error.ts'
import { errorCode } from '../adapters/store/disk-error.ts'
import type { RouterContext } from '../router.ts'
import { findPageRoot } from './find-page-root.ts'
import { type BrowserShell, serveBrowser } from './serve-browser.ts'

/**
 * Serves the panel's built page to browsers of this computer.
 * @param port 0 for any that is free
 * @throws ProblemError INVALID_INPUT when the port cannot be had; Error when the page is not built
 */
export async function openShell(context: RouterContext, port: number): Promise<BrowserShell> {
  const pageRoot = findPageRoot()
  if (pageRoot === undefined) throw new Error('The page is not built: npm run build')
  return serveBrowser(context, { pageRoot, port }).catch((error: unknown) => {
    const reason = reasons[errorCode(error) ?? '']
    if (reason === undefined) throw error
    return fail({ code: 'INVALID_INPUT', details: { field: 'port', given: String(port), reason } }, error)
  })
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there',
  EACCES: 'this user may not listen there',
}
