import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import type { Browser, Page } from 'playwright-core'
import { settle } from './settle.ts'

const themes = ['light', 'dark'] as const
const sizes = [
  { width: 1280, height: 800 },
  { width: 1680, height: 1050 },
] as const

/** Keys put a ring around a whole table or screen, which whoever uses a pointer does not see. */
const leaveWhole = `document.activeElement?.matches('section, main, h1, [role="grid"]') && document.activeElement.blur()`

/** Takes pictures of a page in both themes and both sizes. */
export interface Camera {
  readonly page: Page
  /** @param name of the picture; `tenants-3` becomes `tenants-3-dark-1280x800.png` and three more */
  take(name: string): Promise<void>
  close(): Promise<void>
}

/** @param only takes the pictures whose name has this in it, and passes over the others */
export async function openCamera(browser: Browser, folder: string, only: string): Promise<Camera> {
  const context = await browser.newContext({ viewport: sizes[0], reducedMotion: 'reduce', timezoneId: 'UTC' })
  await context.grantPermissions(['clipboard-write'])
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
  return {
    page,
    async take(name) {
      if (!name.includes(only)) return
      await page.evaluate(leaveWhole)
      // Off what was pressed last, so that nothing is lit up by it.
      await page.mouse.move(1, 1)
      for (const colorScheme of themes) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
        for (const size of sizes) {
          await page.setViewportSize(size)
          await settle(page)
          const path = join(folder, `${name}-${colorScheme}-${size.width}x${size.height}.png`)
          await page.screenshot({ path, animations: 'disabled', caret: 'hide' })
        }
      }
      await page.setViewportSize(sizes[0])
    },
    close: () => context.close(),
  }
}

/** Makes an empty folder of pictures; with a choice, only those that are taken again go away. */
export async function emptyFolder(folder: string, only: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const name of await listPictures(folder)) if (name.includes(only)) await rm(join(folder, name))
}

export async function listPictures(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith('.png')).sort()
}

/** Takes the pictures down to 256 colours where pngquant is installed; @returns their size in bytes */
export async function reduce(folder: string, only: string): Promise<number> {
  const names = await listPictures(folder)
  const paths = names.map((name) => join(folder, name))
  const taken = paths.filter((path) => path.includes(only))
  if ((await execa('pngquant', ['--version'], { reject: false })).exitCode === 0 && taken.length > 0) {
    await execa('pngquant', ['--strip', '--force', '--ext', '.png', '256', '--', ...taken])
  }
  return (await Promise.all(paths.map((path) => stat(path)))).reduce((sum, { size }) => sum + size, 0)
}
