import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { longest, windowJourneys } from './all.ts'
import { checkingPlaces, type Findings } from './checking.ts'
import { see } from './driver.ts'
import { visitEveryScreen } from './every-screen.ts'
import { usePointer } from './pointer.ts'
import { inWindow } from './shells.ts'
import { openStage, type Stage } from './stage.ts'

describe.skipIf(inWindow.missing !== '')(inWindow.name, () => {
  let stage: Stage

  beforeAll(async () => {
    stage = await openStage(inWindow.openShell)
  })
  afterAll(() => stage?.close())

  test.each(windowJourneys)('%s', { timeout: longest }, (_name, journey) =>
    journey(usePointer(stage.page), stage.world),
  )

  test('a second start ends by itself, and the window that is there goes on', async () => {
    expect(await stage.startAgain()).toMatchObject({ status: 0 })
    await see(stage.page, 'acme')
  })

  // A control under a pointer looks otherwise, and a browser that nobody sees has no pointer.
  test('axe-core finds nothing serious on any screen', { timeout: longest }, async () => {
    const { page, world } = stage
    const findings: Findings = []
    await visitEveryScreen(checkingPlaces(usePointer(page), findings), world, findings)
    expect(findings).toEqual([])
  })

  test('nothing of all this broke a rule of the page', () => {
    expect(stage.complaints).toEqual([])
  })
})
