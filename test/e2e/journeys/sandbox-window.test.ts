import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { _electron as electron } from 'playwright-core'
import { describe, expect, onTestFinished, test } from 'vitest'
import { until } from '../../hosts/condition.ts'
import { awaitTraces, expectNothingLeft } from '../../hosts/sandbox-traces.ts'
import { openCheckout } from '../checkout.ts'
import { openDisplay } from '../display.ts'
import { findElectron, prepareRuntime } from '../electron-runtime.ts'
import { openPlainUser, type PlainUser } from '../plain-user.ts'
import { patienceMs, see } from './driver.ts'
import { noWindow } from './missing.ts'
import { usePointer } from './pointer.ts'
import { awaitSandbox, startSandbox } from './sandbox.ts'
import { makeDataDir } from './world.ts'

/** An executable that runs a program where sudo asks that user for no password; nobody else sees that rule. */
const wrapWithSudo = async (user: PlainUser, program: string): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'memharbor-sudo-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  await chmod(folder, 0o755)
  const rules = join(folder, 'sudoers.d')
  await mkdir(rules)
  await writeFile(join(rules, 'operator'), '#65534 ALL=(ALL) NOPASSWD: ALL\n', { mode: 0o440 })
  const path = join(folder, 'run')
  const inside = `mount --bind ${rules} /etc/sudoers.d && exec ${await user.wrap(program)} "$@"`
  await writeFile(path, `#!/bin/sh\nexec unshare --mount -- sh -c '${inside}' sh "$@"\n`, { mode: 0o755 })
  return path
}

/** A browser that only keeps what it is given to open; @returns the folder of its executable */
const installBrowser = async (user: PlainUser): Promise<string> => {
  const folder = join(user.home, 'bin')
  await mkdir(folder)
  await writeFile(join(folder, 'xdg-open'), `#!/bin/sh\ncp "$1" '${user.home}/opened'\n`, { mode: 0o755 })
  await user.own(folder)
  return folder
}

describe.skipIf(noWindow !== '')(`a sandbox from the window${noWindow}`, () => {
  test('is made with sudo, opens in the browser of the user, and goes when the window is killed', async () => {
    const [user, checkout, display] = await Promise.all([openPlainUser(), openCheckout(), openDisplay()])
    onTestFinished(user.remove)
    onTestFinished(checkout.remove)
    onTestFinished(display.close)
    await user.own(checkout.path)
    const runtime = await prepareRuntime(findElectron() ?? '', checkout.path)
    onTestFinished(runtime.remove)
    const dataDir = await makeDataDir({ user })
    const path = `${await installBrowser(user)}:${user.env['PATH']}`
    const window = await electron.launch({
      executablePath: await wrapWithSudo(user, runtime.executable),
      args: [...runtime.args, '--data', dataDir],
      env: { ...user.env, PATH: path, DISPLAY: display.name },
      cwd: user.home,
      chromiumSandbox: true,
    })
    onTestFinished(() => window.close())
    const page = await window.firstWindow()
    page.setDefaultTimeout(patienceMs)
    const driver = usePointer(page)
    await startSandbox(driver)
    await page.reload()
    await awaitSandbox(driver)
    await driver.press(['button', 'Open the sandbox'])
    await see(page, 'Its panel opens in your browser.')
    await until('a file was opened', async () => (await readdir(user.home)).includes('opened'))
    const opened = await readFile(join(user.home, 'opened'), 'utf8')
    expect(opened).toMatch(/url=http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{43}"/)
    expect(window.windows()).toHaveLength(1)
    const log = await readFile(join(dataDir, 'memharbor.log'), 'utf8')
    expect(log).not.toContain('token')

    const traces = await awaitTraces(window.process().pid ?? 0)
    window.process().kill('SIGKILL')
    await expectNothingLeft(traces)
  }, 400_000)
})
