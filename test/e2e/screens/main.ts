import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startClient } from '../../hosts/client.ts'
import { startHost } from '../../hosts/host.ts'
import { clearLeftovers } from '../../hosts/leftovers.ts'
import { buildApp } from '../build-app.ts'
import { findChromium, openChromium } from '../chromium.ts'
import { openPlainUser } from '../plain-user.ts'
import { emptyFolder, listPictures, openCamera, reduce } from './camera.ts'
import { furnishLaptop, photographFirstRun } from './first-run.ts'
import { openLaptop } from './laptop.ts'
import { photographManyTenants } from './many-tenants.ts'
import { memoryWord, serveMemoryPanel } from './memory-panel.ts'
import { photographThreeTenants } from './three-tenants.ts'

const project = process.cwd()
const [folder = '', only = '', ...chosen] = process.argv.slice(2)

type Closer = () => Promise<unknown>

/** Everything that is opened for the pictures, closed in reverse. */
async function takeAll(opened: Closer[]): Promise<void> {
  await clearLeftovers()
  await emptyFolder(folder, only)
  const open = async <Thing>(thing: Promise<Thing>, close: (thing: Thing) => Promise<unknown>) => {
    const found = await thing
    opened.push(() => close(found))
    return found
  }
  const app = await buildApp()
  const viewer = await open(openPlainUser(), ({ remove }) => remove())
  const chromium = await open(openChromium(findChromium() ?? 'chromium', viewer), ({ close }) => close())
  const openPage = (link: string) =>
    open(openCamera(chromium.browser, folder, only), ({ close }) => close()).then(async (camera) => {
      await camera.page.goto(link)
      return camera
    })
  if (chosen.length === 0 || chosen.includes('real')) {
    const laptop = await open(openLaptop(), ({ remove }) => remove())
    const host = await open(startHost({ name: 'web1' }), ({ stop }) => stop())
    const client = await open(startClient(host, { index: 0 }), ({ stop }) => stop())
    await furnishLaptop({ app, laptop, host, client })
    const panel = await open(laptop.start(process.execPath, app.cli, 'panel', '--no-browser'), ({ stop }) =>
      stop(),
    )
    const stage = { app, laptop, host, client, camera: await openPage(panel.line) }
    await photographFirstRun(stage)
    await photographThreeTenants(stage)
  }
  if (chosen.length === 0 || chosen.includes('memory')) {
    const laptop = await open(openLaptop(), ({ remove }) => remove())
    const words = [memoryWord, '/home/ada', join(app.path, 'out/renderer'), '10000']
    const self = fileURLToPath(import.meta.url)
    const panel = await open(laptop.start(process.execPath, self, ...words), ({ stop }) => stop())
    await photographManyTenants(await openPage(panel.line))
  }
}

async function main(): Promise<void> {
  const opened: Closer[] = []
  try {
    await takeAll(opened)
  } finally {
    for (const close of opened.reverse()) await close()
  }
  const bytes = await reduce(folder, only)
  for (const name of await listPictures(folder))
    process.stdout.write(`${relative(project, join(folder, name))}\n`)
  process.stderr.write(`${(bytes / 1e6).toFixed(1)} MB\n`)
}

if (process.argv[2] === memoryWord) await serveMemoryPanel(process.argv.slice(3))
else await main()
process.exit()
