import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import { type ElectronApplication, _electron as electron } from 'playwright-core'
import { updateHost } from '../src/main/adapters/store/hosts.ts'
import { openStore } from '../src/main/adapters/store/store.ts'
import { openDisplay } from '../test/e2e/display.ts'
import { findElectron, prepareRuntime, type Runtime } from '../test/e2e/electron-runtime.ts'
import type { PlainUser } from '../test/e2e/plain-user.ts'
import { seedTenants } from '../test/memory-host/seed-tenants.ts'
import { renderSpread } from './figures.ts'
import type { Report } from './report.ts'

const many = 10_000
const starts = 7
const settleMs = 8_000

/** From the start of the program to a window with rows in it, and what it then takes of the memory. */
export async function measureWindow(report: Report, user: PlainUser): Promise<void> {
  const executable = findElectron()
  if (executable === undefined) return report.figure('the window', 'not measured: there is no Electron here')
  const dataDir = join(user.home, 'window')
  await seedStore(dataDir)
  await user.own(dataDir)
  const display = await openDisplay()
  const runtime = await prepareRuntime(executable, join(import.meta.dirname, '../..'))
  try {
    const path = await user.wrap(runtime.executable)
    const env = { ...user.env, DISPLAY: display.name }
    await measureStarts(report, () => launch(path, runtime, user, dataDir, env))
  } finally {
    await runtime.remove()
    await display.close()
  }
}

/** Hosts with sockets that are not there: this benchmark reaches nobody. */
async function seedStore(dataDir: string): Promise<void> {
  const store = await openStore(dataDir, { log: pino({ level: 'silent' }) })
  const { hosts } = await seedTenants(store, many)
  await store.write((db) => {
    for (const { id } of hosts) updateHost(db, id, { target: { kind: 'socket', path: join(dataDir, id) } })
  })
  await store.close()
}

interface Opened {
  readonly app: ElectronApplication
  /** From the start of the program, in milliseconds. */
  readonly usableAfter: number
}

async function launch(
  executablePath: string,
  { args }: Runtime,
  { home }: PlainUser,
  dataDir: string,
  env: Readonly<Record<string, string>>,
): Promise<Opened> {
  const began = performance.now()
  const app = await electron.launch({
    ...{ executablePath, args: [...args, '--data', dataDir], cwd: home, env, chromiumSandbox: true },
  })
  const page = await app.firstWindow()
  await page.locator('[role=grid] tbody tr[data-id]').first().waitFor()
  return { app, usableAfter: performance.now() - began }
}

async function measureStarts(report: Report, start: () => Promise<Opened>): Promise<void> {
  const times: number[] = []
  for (let round = 0; round <= starts; round += 1) {
    const { app, usableAfter } = await start()
    // The first one fills caches of the disk.
    if (round > 0) times.push(usableAfter)
    if (round === starts) await measureMemory(report, app)
    await app.close()
  }
  report.figure(
    'from the start to a window with rows, ms (a test driver is attached)',
    renderSpread(times, 0),
  )
}

async function measureMemory(report: Report, app: ElectronApplication): Promise<void> {
  const page = await app.firstWindow()
  await page.getByText('10,000', { exact: true }).first().waitFor()
  await page.waitForTimeout(settleMs)
  const processes = await app.evaluate(({ app: own }) =>
    own.getAppMetrics().map(({ type, pid }) => ({ type, pid })),
  )
  for (const { type, pid } of processes) {
    const name = { Browser: 'main process', Tab: 'page' }[type as string] ?? type
    report.figure(`memory of the ${name}, MB`, await readMemory(pid))
  }
}

/** Resident memory, and beside it the share that no other process has a part in, as proc(5) tells them. */
async function readMemory(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8')
  const megabytes = (name: string): string => {
    const found = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)
    return (Number(found?.[1]) / 1024).toFixed(0)
  }
  const own = Number(megabytes('Private_Clean')) + Number(megabytes('Private_Dirty'))
  return `${megabytes('Rss')} resident, ${own} of it its own`
}
