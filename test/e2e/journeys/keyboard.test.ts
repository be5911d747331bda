import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { journeys, longest, windowJourneys } from './all.ts'
import { useKeyboard, watchPointers } from './keyboard.ts'
import { inBrowser, inWindow } from './shells.ts'
import { openStage, type Stage } from './stage.ts'

const shells = [
  { ...inBrowser, walked: journeys },
  { ...inWindow, walked: windowJourneys },
]

for (const { name, missing, openShell, walked } of shells)
  describe.skipIf(missing !== '')(`by keys alone ${name}`, () => {
    let stage: Stage
    let countPointers: () => Promise<number>

    beforeAll(async () => {
      stage = await openStage(openShell, {
        async prepare(page) {
          countPointers = await watchPointers(page)
        },
      })
    })
    afterAll(() => stage?.close())

    test.each(walked)('%s', { timeout: longest }, async (_name, journey) => {
      await journey(useKeyboard(stage.page), stage.world)
      expect(await countPointers()).toBe(0)
    })
  })
