import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { journeys, longest } from './all.ts'
import { see } from './driver.ts'
import { usePointer } from './pointer.ts'
import { inBrowser } from './shells.ts'
import { openStage, type Stage } from './stage.ts'

describe.skipIf(inBrowser.missing !== '')(inBrowser.name, () => {
  let stage: Stage

  beforeAll(async () => {
    stage = await openStage(inBrowser.openShell)
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
