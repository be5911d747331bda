import { cpSync, rmSync } from 'node:fs'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import fc from 'fast-check'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { openStore } from '../../../src/main/adapters/store/store.ts'
import { makeFolder } from '../folder.ts'
import { changeNumber, countWhole } from './counted-changes.ts'
import { watchFileOperations } from './file-operations.ts'

const log = pino({ level: 'silent' })

/** `overlaps`: the next action begins while this one is being flushed. */
type Action = { kind: 'write'; together: number; bytes: number; overlaps: boolean } | { kind: 'reopen' }

const actions = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('write' as const),
        together: fc.integer({ min: 1, max: 4 }),
        // Four of the large ones fill the journal.
        bytes: fc.constantFrom(0, 0, 350_000),
        overlaps: fc.boolean(),
      }),
    },
    { weight: 1, arbitrary: fc.constant({ kind: 'reopen' as const }) },
  ),
  { minLength: 1, maxLength: 6 },
)

const large = { kind: 'write', together: 4, bytes: 350_000, overlaps: true } as const
const small = { ...large, together: 1, bytes: 0 }
/** The journal is full after the first flush; the others come while the second is flushed and the file is saved. */
const fillsTheJournal: Action[] = [
  large,
  ...Array.from({ length: 12 }, () => small),
  { kind: 'reopen' },
  small,
]

/** A folder as a program that was killed at this moment would have left it. */
interface Moment {
  readonly folder: string
  /** How many changes were confirmed, and how many had begun. */
  readonly confirmed: number
  readonly begun: number
}

/** Carries the actions out and keeps the folder as it was after each operation on files. */
async function collectMoments(plan: readonly Action[], parent: string): Promise<Moment[]> {
  const folder = join(parent, 'store')
  const moments: Moment[] = []
  let [confirmed, begun] = [0, 0]
  const operations = await watchFileOperations(() => {
    const copy = join(parent, `${moments.length}`)
    cpSync(folder, copy, { recursive: true })
    moments.push({ folder: copy, confirmed, begun })
  })
  let writing: Promise<unknown> = Promise.resolve()
  try {
    let store = await openStore(folder, { log })
    for (const action of plan) {
      if (action.kind === 'reopen') {
        await writing
        await store.close()
        store = await openStore(folder, { log })
        continue
      }
      const writes = Array.from({ length: action.together }, async () => {
        begun += 1
        await store.write(changeNumber(begun, action.bytes))
        confirmed += 1
      })
      writing = Promise.all([writing, ...writes])
      const before = moments.length
      if (action.overlaps) while (moments.length === before) await setImmediate()
      else await writing
    }
    await writing
    await store.close()
  } finally {
    operations.end()
  }
  return moments
}

/** Opens the store of a moment and goes on with it. */
async function expectWhole({ folder, confirmed, begun }: Moment, isDamaged: boolean): Promise<void> {
  const store = await openStore(folder, { log })
  const count = await countWhole(store)
  expect(store.warning === undefined).toBe(!isDamaged)
  expect(count).toBeGreaterThanOrEqual(confirmed)
  expect(count).toBeLessThanOrEqual(begun)
  await store.write(changeNumber(count + 1))
  await store.close()
  const again = await openStore(folder, { log })
  expect(again.warning).toBeUndefined()
  expect(await countWhole(again)).toBe(count + 1)
  await again.close()
  const left = (await readdir(folder)).filter((name) => !name.includes('.damaged-'))
  expect(left).toEqual(['memharbor.sqlite', 'memharbor.sqlite.copy', 'memharbor.sqlite.copy.journal'])
}

test('killed at any moment, and with its file damaged then, the store has what was confirmed and nothing half', {
  timeout: 300_000,
}, async () => {
  let seen = 0
  await fc.assert(
    fc.asyncProperty(actions, async (plan) => {
      const parent = await makeFolder()
      for (const moment of await collectMoments(plan, parent)) {
        const damaged = { ...moment, folder: `${moment.folder}-damaged` }
        cpSync(moment.folder, damaged.folder, { recursive: true })
        await expectWhole(moment, false)
        const names = await readdir(damaged.folder)
        // Before the first change there may be no copy yet.
        if (names.includes('memharbor.sqlite.copy') && names.includes('memharbor.sqlite')) {
          await writeFile(join(damaged.folder, 'memharbor.sqlite'), 'no store')
          await expectWhole(damaged, true)
        } else expect(moment.confirmed).toBe(0)
        seen += 1
      }
      rmSync(parent, { recursive: true })
    }),
    { numRuns: 2, examples: [[fillsTheJournal]] },
  )
  expect(seen).toBeGreaterThan(100)
})
