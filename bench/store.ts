import { mkdtemp, open, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { insertHost } from '../src/main/adapters/store/hosts.ts'
import { openStore, type Store } from '../src/main/adapters/store/store.ts'
import { insertTenant, updateTenant } from '../src/main/adapters/store/tenants.ts'
import { sampleHost, sampleTenant } from '../test/main/store/samples.ts'
import { divide, interleave, median, renderRatios, renderSpread, timeMs } from './figures.ts'
import type { Report } from './report.ts'

const many = 10_000
const rounds = 31
const log = pino({ level: 'silent' })

/** A durable write and the opening of a store of 1 and of 10,000 tenants, beside the plain write of as many bytes. */
export async function measureStore(report: Report): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'memharbor-bench-'))
  try {
    const [small, large] = [join(folder, 'small'), join(folder, 'large')]
    await fill(small, 1)
    await fill(large, many)
    for (const [name, path] of Object.entries({ '1 tenant': small, '10,000 tenants': large })) {
      const opening: number[] = []
      for (let round = 0; round < rounds; round += 1) {
        let store: Store | undefined
        opening.push(
          await timeMs(async () => {
            store = await openStore(path, { log })
          }),
        )
        await store?.close()
      }
      report.figure(`opening, ${name}, ms`, renderSpread(opening))
    }
    await measureWrites(report, small, large, folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function measureWrites(report: Report, small: string, large: string, folder: string): Promise<void> {
  const stores = [await openStore(small, { log }), await openStore(large, { log })] as const
  const bytes = new Uint8Array((await stat(stores[1].path)).size)
  const times: [one: number[], many: number[], plain: number[]] = [[], [], []]
  const write = (store: Store, note: number): Promise<void> =>
    store.write((db) => updateTenant(db, 'tenant-0', { notes: `note ${note}` }))
  await interleave(rounds, [
    async (round) => void times[0].push(await timeMs(() => write(stores[0], round))),
    async (round) => void times[1].push(await timeMs(() => write(stores[1], round))),
    async () => void times[2].push(await timeMs(() => writePlainly(join(folder, 'plain'), bytes))),
  ])
  for (const store of stores) await store.close()
  report.figure('durable write, 1 tenant, ms', renderSpread(times[0]))
  report.figure('durable write, 10,000 tenants, ms', renderSpread(times[1]))
  report.figure(
    `plain write and flush of its ${(bytes.length / 1e6).toFixed(1)} MB, ms`,
    renderSpread(times[2]),
  )
  report.figure('10,000 tenants to 1', renderRatios(divide(times[1], times[0])))
  report.figure('median of both, ms', `${median(times[1]).toFixed(1)} and ${median(times[0]).toFixed(1)}`)
}

async function fill(path: string, count: number): Promise<void> {
  const store = await openStore(path, { log })
  await store.write((db) => {
    insertHost(db, sampleHost())
    for (let number = 0; number < count; number += 1) {
      const entries = [1, 2, 3, 4].map((last) => ({ cidr: `198.51.100.${last}/32`, label: 'office' }))
      insertTenant(db, sampleTenant(number, { allow: entries }))
    }
  })
  await store.close()
}

async function writePlainly(path: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(path, 'w')
  await handle.writeFile(bytes)
  await handle.sync()
  await handle.close()
}
