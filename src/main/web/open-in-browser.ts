import { randomBytes } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'

/** How long a browser may take to read the file, in milliseconds. */
const readWithinMs = 30_000

/** Whether there is a browser to be opened: not for root, whose programs do not belong on a user's screen. */
export function canOpenBrowser(): boolean {
  if (process.getuid?.() === 0) return false
  if (process.platform !== 'linux') return true
  return Boolean(process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY'])
}

/**
 * Opens a link in the user's browser. Other users can read the arguments of programs, so the link is not among them: it
 * is in a file that only this user can read, which is opened instead. Browsers in a sandbox of their own read no hidden
 * folders, so the file is in the home folder for those seconds.
 * @returns removes the file now; it goes by itself after 30 s. Undefined when there is nothing to open it with
 */
export async function openInBrowser(link: string): Promise<(() => Promise<void>) | undefined> {
  const path = join(homedir(), `memharbor-${randomBytes(6).toString('hex')}.html`)
  const remove = (): Promise<void> => rm(path, { force: true }).catch(() => {})
  const page = `<!doctype html><title>Memharbor</title><meta http-equiv="refresh" content="0; url=${link}">\n`
  await writeFile(path, page, { mode: 0o600, flag: 'wx' })
  const [program, ...args] = opener()
  const opened = execa(program, [...args, path], { stdio: 'ignore', detached: true, reject: false })
  const started = new Promise<boolean>((resolve) => {
    opened.once('spawn', () => resolve(true))
    opened.once('error', () => resolve(false))
  })
  if (!(await started)) {
    await remove()
    return undefined
  }
  // Some of these programs stay for as long as the browser does.
  opened.unref()
  setTimeout(() => void remove(), readWithinMs).unref()
  return remove
}

function opener(): [string, ...string[]] {
  if (process.platform === 'darwin') return ['open']
  if (process.platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler']
  return ['xdg-open']
}
