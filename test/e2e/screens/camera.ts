import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import type { Browser, Page } from 'playwright-core'
import { settle } from './settle.ts'

const themes = ['light', 'dark'] as const
const usualSizes = [
  { width: 1280, height: 800 },
  { width: 1680, height: 1050 },
] as const

/** Half a screen, and a whole one: sentences are of many lines there. */
export const narrowAndWide = [
  { width: 800, height: 900 },
  { width: 1680, height: 1050 },
] as const

/** Keys put a ring around a whole table or screen, which whoever uses a pointer does not see. */
const leaveWhole = `document.activeElement?.matches('section, main, h1, [role="grid"]') && document.activeElement.blur()`

/** Takes pictures of a page in both themes and all of its sizes. */
export interface Camera {
  readonly page: Page
  /** @param name of the picture; `tenants-3` becomes `tenants-3-dark-1280x800.png` and three more */
  take(name: string): Promise<void>
  close(): Promise<void>
}

/** Where pictures go, and which of them are wanted by the names of their files. */
export interface Album {
  readonly folder: string
  wants(file: string): boolean
  /** The files taken, in their order. */
  readonly taken: string[]
}

export async function openCamera(
  browser: Browser,
  { folder, wants, taken }: Album,
  sizes: typeof usualSizes | typeof narrowAndWide = usualSizes,
): Promise<Camera> {
  const context = await browser.newContext({ viewport: sizes[0], reducedMotion: 'reduce', timezoneId: 'UTC' })
  await context.grantPermissions(['clipboard-write'])
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
  return {
    page,
    async take(name) {
      const views = themes.flatMap((colorScheme) =>
        sizes.map((size) => ({
          colorScheme,
          size,
          file: `${name}-${colorScheme}-${size.width}x${size.height}.png`,
        })),
      )
      const wanted = views.filter(({ file }) => wants(file))
      if (wanted.length === 0) return
      await page.evaluate(leaveWhole)
      // Off what was pressed last, so that nothing is lit up by it.
      await page.mouse.move(1, 1)
      for (const { colorScheme, size, file } of wanted) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
        await page.setViewportSize(size)
        await settle(page)
        await page.screenshot({ path: join(folder, file), animations: 'disabled', caret: 'hide' })
        taken.push(file)
      }
      await page.setViewportSize(sizes[0])
    },
    close: () => context.close(),
  }
}

/** Makes the folder, and takes the pictures out of it that are taken again. */
export async function emptyAlbum({ folder, wants }: Album): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const name of await listPictures(folder)) if (wants(name)) await rm(join(folder, name))
}

export async function listPictures(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith('.png')).sort()
}

/** Takes down to 256 colours what was taken, where pngquant is installed; @returns the size in bytes of the folder's */
export async function reduce({ folder, taken }: Album): Promise<number> {
  if ((await execa('pngquant', ['--version'], { reject: false })).exitCode === 0 && taken.length > 0) {
    const paths = taken.map((name) => join(folder, name))
    await execa('pngquant', ['--strip', '--force', '--ext', '.png', '256', '--', ...paths])
  }
  const names = await listPictures(folder)
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size))
  return sizes.reduce((sum, size) => sum + size, 0)
}
