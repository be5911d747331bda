import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { journeys, longest } from './all.ts'
import { openBrowserShell } from './browser-shell.ts'
import { useKeyboard, watchPointers } from './keyboard.ts'
import { noBrowser } from './missing.ts'
import { openStage, type Stage } from './stage.ts'

describe.skipIf(noBrowser !== '')(`by keys alone${noBrowser}`, () => {
  let stage: Stage
  let countPointers: () => Promise<number>

  beforeAll(async () => {
    stage = await openStage(openBrowserShell, {
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
