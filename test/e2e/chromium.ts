import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { execaSync } from 'execa'
import { type Browser, chromium } from 'playwright-core'
import type { PlainUser } from './plain-user.ts'

/** Debian's, and what others call it. */
const names = ['chromium', 'chromium-browser', 'google-chrome']

/** The name of the browser on this machine, or undefined where there is none. */
export function findChromium(): string | undefined {
  return names.find((name) => execaSync(name, ['--version'], { reject: false }).exitCode === 0)
}

/** A browser that nobody sees. */
export interface OpenedChromium {
  readonly browser: Browser
  close(): Promise<void>
}

/** Starts the browser as an ordinary user, with its sandbox on and a profile of its own. */
export async function openChromium(name: string, user: PlainUser): Promise<OpenedChromium> {
  const profile = join(user.home, 'chromium')
  await mkdir(profile, { mode: 0o700 })
  await user.own(profile)
  const [program, words] = user.as(name, [
    '--headless',
    '--remote-debugging-port=0',
    `--user-data-dir=${profile}`,
    '--no-first-run',
    '--disable-gpu',
    '--force-prefers-reduced-motion',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    'about:blank',
  ])
  const child = spawn(program, words, {
    cwd: user.home,
    env: { ...user.env },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = once(child, 'exit')
  const said: string[] = []
  const listening = new Promise<string>((resolve) => {
    createInterface(child.stderr).on('line', (line) => {
      said.push(line)
      // `DevTools listening on ws://127.0.0.1:41235/devtools/browser/…`
      const address = /^DevTools listening on (ws:\S+)$/.exec(line)?.[1]
      if (address !== undefined) resolve(address)
    })
  })
  const address = await Promise.race([listening, ended.then(() => '')])
  if (address === '') throw new Error(`${name} did not start: ${said.join('\n')}`)
  const browser = await chromium.connectOverCDP(address)
  return {
    browser,
    async close() {
      await browser.close()
      child.kill()
      await ended
    },
  }
}
