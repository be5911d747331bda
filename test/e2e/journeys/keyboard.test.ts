import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { journeys, longest } from './all.ts'
import { useKeyboard, watchPointers } from './keyboard.ts'
import { inBrowser, inWindow } from './shells.ts'
import { openStage, type Stage } from './stage.ts'

for (const { name, missing, openShell } of [inBrowser, inWindow])
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

    test.each(journeys)('%s', { timeout: longest }, async (_name, journey) => {
      await journey(useKeyboard(stage.page), stage.world)
      expect(await countPointers()).toBe(0)
    })
  })
