import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { journeys, longest } from './all.ts'
import { see } from './driver.ts'
import { type ElectronStage, openElectronStage } from './electron-stage.ts'
import { noWindow } from './missing.ts'
import { usePointer } from './pointer.ts'

describe.skipIf(noWindow !== '')(`in the window${noWindow}`, () => {
  let stage: ElectronStage

  beforeAll(async () => {
    stage = await openElectronStage()
  })
  afterAll(() => stage?.close())

  test.each(journeys)('%s', { timeout: longest }, (_name, journey) =>
    journey(usePointer(stage.page), stage.world),
  )

  test('a second start ends by itself, and the window that is there goes on', async () => {
    expect(await stage.startAgain()).toBe(0)
    expect(stage.window.windows()).toHaveLength(1)
    await see(stage.page, 'acme')
  })

  test('nothing of all this broke a rule of the page', () => {
    expect(stage.complaints).toEqual([])
  })
})
