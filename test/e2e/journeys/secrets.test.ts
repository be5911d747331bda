import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { openDesktopSession } from './desktop-session.ts'
import { useKeyboard } from './keyboard.ts'
import { noKeyring } from './missing.ts'
import { usePointer } from './pointer.ts'
import { keepInKeyring, keepNowhere, reachAgain, unlockAgain } from './secrets.ts'
import type { Shell } from './shell.ts'
import { inBrowser, inWindow } from './shells.ts'
import { findFilesWith, watchProcesses } from './traces.ts'
import { makeDataDir, startWorld, type World } from './world.ts'

const byPointer = ['by pointer', usePointer] as const
const byKeys = ['by keys', useKeyboard] as const

/** A desktop by its name, where nothing answers on the message bus: what it would keep secrets with is not there. */
const withoutBus = { XDG_CURRENT_DESKTOP: 'GNOME' }

const shells = [
  { ...inBrowser, hands: [byPointer, byKeys] },
  // There the keyring is asked by the program itself, and not by a process of its own.
  { ...inWindow, hands: [byPointer] },
]

for (const { name, missing, openShell, hands } of shells)
  describe.skipIf(missing !== '')(`the passphrase of a key ${name}`, () => {
    let world: World
    let shell: Shell

    beforeAll(async () => {
      world = await startWorld()
      shell = await openShell(world)
    })
    afterAll(async () => {
      await shell?.close()
      await world?.stop()
    })

    /** A panel on that store until the work ends; nothing that it does shows the passphrase to other programs. */
    const inPanel = async (
      dataDir: string,
      env: Readonly<Record<string, string>>,
      work: (page: Page) => Promise<void>,
    ): Promise<void> => {
      let said = ''
      const shown = await watchProcesses(async () => {
        const panel = await shell.open(dataDir, { env })
        await work(panel.page).finally(panel.close)
        said = panel.said()
      })
      expect(shown.includes(dataDir), 'the program itself was seen').toBe(true)
      expect(shown.includes(world.host.passphrase), 'a list of processes shows the passphrase').toBe(false)
      expect(said).not.toContain(world.host.passphrase)
    }

    /** The log and what the window's own engine keeps are in the store's folder, and that is in the operator's home. */
    const expectNoTrace = async (dataDir: string): Promise<void> => {
      expect(await findFilesWith(world.host.address4, dataDir)).not.toEqual([])
      expect(await findFilesWith(world.host.passphrase, world.user.home)).toEqual([])
    }

    test.skipIf(noKeyring !== '').each(hands)(
      `is kept by a real Secret Service, %s${noKeyring}`,
      async (how, use) => {
        const dataDir = await makeDataDir(world, `with-keyring ${how}`)
        const { env, close } = await openDesktopSession(
          world.user,
          await makeDataDir(world, `session ${how}`),
        )
        onTestFinished(close)
        await inPanel(dataDir, env, (page) => keepInKeyring(use(page), world))
        await inPanel(dataDir, env, (page) => reachAgain(use(page)))
        await expectNoTrace(dataDir)
      },
    )

    test.each(hands)('is asked for after every start where there is none, %s', async (how, use) => {
      const dataDir = await makeDataDir(world, `without-keyring ${how}`)
      await inPanel(dataDir, withoutBus, (page) => keepNowhere(use(page), world))
      await inPanel(dataDir, withoutBus, (page) => unlockAgain(use(page), world))
      await expectNoTrace(dataDir)
    })
  })
