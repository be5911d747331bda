import { execa } from 'execa'
import { buildApp } from '../build-app.ts'
import { findChromium, openChromium } from '../chromium.ts'
import type { PlainUser } from '../plain-user.ts'
import { openAll } from './closers.ts'
import { patienceMs } from './driver.ts'
import { panelCommand, startPanelProcess } from './panel-process.ts'
import { collectComplaints, type Shell } from './shell.ts'

/** The panel as a program of the operator's, in Chromium with its sandbox on. */
export async function openBrowserShell({ user }: { readonly user: PlainUser }): Promise<Shell> {
  const app = await buildApp()
  const chromium = await openChromium(findChromium() ?? '', user)
  return {
    open: (dataDir, { env, prepare } = {}) =>
      openAll(async ({ push, close }) => {
        const panel = await startPanelProcess(app, user, dataDir, env)
        push(panel.stop)
        const context = await chromium.browser.newContext({ viewport: { width: 1280, height: 800 } })
        push(() => context.close())
        const page = await context.newPage()
        page.setDefaultTimeout(patienceMs)
        const complaints = collectComplaints(page)
        await prepare?.(page)
        await page.goto(panel.link)
        return { page, complaints, said: panel.said, close }
      }),
    async startAgain(dataDir) {
      const options = { env: user.env, extendEnv: false, reject: false, timeout: 30_000, all: true } as const
      const { exitCode, all } = await execa(...panelCommand(app, user, dataDir), options)
      return { status: exitCode, said: all }
    },
    close: chromium.close,
  }
}
