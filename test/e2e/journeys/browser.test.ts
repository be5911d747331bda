import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { journeys, longest } from './all.ts'
import { type BrowserStage, openBrowserStage } from './browser-stage.ts'
import { see } from './driver.ts'
import { noBrowser } from './missing.ts'
import { startPanelProcess } from './panel-process.ts'
import { usePointer } from './pointer.ts'

describe.skipIf(noBrowser !== '')(`in a browser${noBrowser}`, () => {
  let stage: BrowserStage

  beforeAll(async () => {
    stage = await openBrowserStage()
  })
  afterAll(() => stage?.close())

  test.each(journeys)('%s', { timeout: longest }, (_name, journey) =>
    journey(usePointer(stage.page), stage.world),
  )

  test('a second program on the same store is refused, and the first goes on', async () => {
    const { app, world, dataDir, page } = stage
    await expect(startPanelProcess(app, world.user, dataDir)).rejects.toThrow(/is used by another|in use/i)
    await page.reload()
    await see(page, 'acme')
  })

  test('nothing of all this broke a rule of the page', () => {
    expect(stage.complaints).toEqual([])
  })
})
