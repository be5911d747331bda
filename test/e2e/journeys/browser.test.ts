import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { journeys, longest } from './all.ts'
import { openBrowserShell } from './browser-shell.ts'
import { see } from './driver.ts'
import { noBrowser } from './missing.ts'
import { usePointer } from './pointer.ts'
import { openStage, type Stage } from './stage.ts'

describe.skipIf(noBrowser !== '')(`in a browser${noBrowser}`, () => {
  let stage: Stage

  beforeAll(async () => {
    stage = await openStage(openBrowserShell)
  })
  afterAll(() => stage?.close())

  test.each(journeys)('%s', { timeout: longest }, (_name, journey) =>
    journey(usePointer(stage.page), stage.world),
  )

  test('a second program on the same store is refused, and the first goes on', async () => {
    const { status, said } = await stage.startAgain()
    expect({ status, said }).toEqual({ status: 1, said: expect.stringMatching(/is used by another|in use/i) })
    await stage.page.reload()
    await see(stage.page, 'acme')
  })

  test('nothing of all this broke a rule of the page', () => {
    expect(stage.complaints).toEqual([])
  })
})
