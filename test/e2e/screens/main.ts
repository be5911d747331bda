import { basename, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { observePictureLinks } from '../../docs/documents.ts'
import { startClient } from '../../hosts/client.ts'
import { startHost } from '../../hosts/host.ts'
import { clearLeftovers } from '../../hosts/leftovers.ts'
import { openCheckout } from '../checkout.ts'
import { findChromium, openChromium } from '../chromium.ts'
import { openPlainUser } from '../plain-user.ts'
import { photographActivity, photographSettings } from './activity.ts'
import { photographBulk, photographWork } from './bulk.ts'
import { type Album, emptyAlbum, listPictures, narrowAndWide, openCamera, reduce } from './camera.ts'
import { furnishLaptop, photographFirstRun } from './first-run.ts'
import { photographBrokenHost, photographHosts } from './hosts.ts'
import { openLaptop } from './laptop.ts'
import { fillCaches, makeTenants } from './make-tenants.ts'
import { photographManyTenants } from './many-tenants.ts'
import { memoryWord, serveMemoryPanel } from './memory-panel.ts'
import { furnishLocked, photographSecrets } from './secrets.ts'
import type { Stage } from './stage.ts'
import { photographPalette, photographTable } from './table.ts'
import { photographTenant } from './tenant.ts'
import { photographTenantDialogs } from './tenant-dialogs.ts'
import { photographTroubles } from './troubles.ts'
import { photographChangedKey, photographUnreachable } from './unreachable.ts'

const project = process.cwd()
const [folder = '', only = '', ...chosen] = process.argv.slice(2)

/** The word for the pictures that documents show, instead of a part of pictures' names. */
const docsWord = '--docs'

type Closer = () => Promise<unknown>

/** The page that was opened last. */
interface Shown {
  page?: Page
}

/** Everything that is opened for the pictures, closed in reverse. */
async function takeAll(album: Album, opened: Closer[], shown: Shown): Promise<void> {
  await clearLeftovers()
  // Of one stage alone nobody knows here which pictures it takes: those are written over.
  if (chosen.length === 0) await emptyAlbum(album)
  const open = async <Thing>(thing: Promise<Thing>, close: (thing: Thing) => Promise<unknown>) => {
    const found = await thing
    opened.push(() => close(found))
    return found
  }
  // As somebody has it who started it in the project's folder.
  const app = await open(openCheckout(), ({ remove }) => remove())
  const viewer = await open(openPlainUser(), ({ remove }) => remove())
  const chromium = await open(openChromium(findChromium() ?? 'chromium', viewer), ({ close }) => close())
  const openPage = async (link: string, sizes?: typeof narrowAndWide) => {
    const camera = await open(openCamera(chromium.browser, album, sizes), ({ close }) => close())
    shown.page = camera.page
    await camera.page.goto(link)
    return camera
  }
  const wanted = (stage: string): boolean => chosen.length === 0 || chosen.includes(stage)
  const makeLaptop = () => open(openLaptop(), ({ remove }) => remove())
  if (wanted('real') || wanted('secrets')) {
    const host = await open(startHost({ name: 'web1' }), ({ stop }) => stop())
    const words = [app.cli, 'panel', '--no-browser'] as const
    if (wanted('secrets')) {
      const laptop = await makeLaptop()
      await furnishLocked({ laptop, host })
      const startPanel = () => laptop.start(process.execPath, ...words)
      await photographSecrets({ host, startPanel, openPage })
    }
    if (wanted('real')) {
      const laptop = await makeLaptop()
      const client = await open(startClient(host, { index: 0 }), ({ stop }) => stop())
      await furnishLaptop({ laptop, host })
      const panel = await open(laptop.start(process.execPath, ...words), ({ stop }) => stop())
      await photographServer({ app, laptop, host, client, camera: await openPage(panel.line) })
    }
  }
  const startMemoryPanel = async (tenants: number) => {
    const laptop = await makeLaptop()
    const words = [memoryWord, '/home/ada', join(app.path, 'out/renderer'), String(tenants)]
    const self = fileURLToPath(import.meta.url)
    return open(laptop.start(process.execPath, self, ...words), ({ stop }) => stop())
  }
  if (wanted('troubles')) {
    const panel = await startMemoryPanel(48)
    panel.say('faults')
    await photographTroubles(await openPage(panel.line, narrowAndWide), panel.say)
  }
  if (wanted('memory')) {
    const panel = await startMemoryPanel(10_000)
    const camera = await openPage(panel.line)
    await photographManyTenants(camera)
    await photographWork(camera, panel.say)
    await photographBulk(camera, panel.say)
  }
}

/** From the first run to a server that is broken: each part goes on where the one before it ended. */
async function photographServer(stage: Stage): Promise<void> {
  await photographFirstRun(stage)
  await makeTenants(stage)
  const putDown = await fillCaches(stage)
  await photographTable(stage)
  await photographTenant(stage)
  await photographTenantDialogs(stage)
  await photographHosts(stage)
  await photographActivity(stage)
  await photographSettings(stage)
  await photographPalette(stage)
  await putDown()
  await photographUnreachable(stage)
  await photographChangedKey(stage)
  await photographBrokenHost(stage)
}

async function chooseAlbum(): Promise<Album> {
  if (only !== docsWord) return { folder, wants: (file) => file.includes(only), taken: [] }
  const links = await observePictureLinks(project)
  const shown = new Set(links.map(({ picture }) => basename(picture)))
  return { folder, wants: (file) => shown.has(file), taken: [] }
}

async function main(): Promise<void> {
  const album = await chooseAlbum()
  const opened: Closer[] = []
  const shown: Shown = {}
  try {
    await takeAll(album, opened, shown)
  } catch (error) {
    process.stderr.write(`The page says:\n${await shown.page?.locator('body').innerText()}\n`)
    throw error
  } finally {
    for (const close of opened.reverse()) await close()
  }
  const bytes = await reduce(album)
  for (const name of await listPictures(folder))
    process.stdout.write(`${relative(project, join(folder, name))}\n`)
  process.stderr.write(`${(bytes / 1e6).toFixed(1)} MB\n`)
}

if (process.argv[2] === memoryWord) await serveMemoryPanel(process.argv.slice(3))
else await main()
process.exit()
