import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { journeys, longest } from './all.ts'
import { see } from './driver.ts'
import { noWindow } from './missing.ts'
import { usePointer } from './pointer.ts'
import { openStage, type Stage } from './stage.ts'
import { openWindowShell } from './window-shell.ts'

describe.skipIf(noWindow !== '')(`in the window${noWindow}`, () => {
  let stage: Stage

  beforeAll(async () => {
    stage = await openStage(openWindowShell)
  })
  afterAll(() => stage?.close())

  test.each(journeys)('%s', { timeout: longest }, (_name, journey) =>
    journey(usePointer(stage.page), stage.world),
  )

  test('a second start ends by itself, and the window that is there goes on', async () => {
    expect(await stage.startAgain()).toMatchObject({ status: 0 })
    await see(stage.page, 'acme')
  })

  test('nothing of all this broke a rule of the page', () => {
    expect(stage.complaints).toEqual([])
  })
})
