import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { check, checking, type Findings } from './checking.ts'
import { see } from './driver.ts'
import { visitEveryScreen } from './every-screen.ts'
import { firstRun } from './first-run.ts'
import { usePointer } from './pointer.ts'
import { inBrowser } from './shells.ts'
import { openStage, type Stage } from './stage.ts'

const limitMs = 240_000

describe.skipIf(inBrowser.missing !== '')(`axe-core finds nothing serious ${inBrowser.name}`, () => {
  let stage: Stage

  beforeAll(async () => {
    stage = await openStage(inBrowser.openShell)
  })
  afterAll(() => stage?.close())

  test('from the first run to the first tenant', { timeout: limitMs }, async () => {
    const { page, world } = stage
    const findings: Findings = []
    await see(page, 'Where should the caches run?')
    await check(page, 'first run', findings)
    await firstRun(checking(usePointer(page), findings), world)
    expect(findings).toEqual([])
  })

  test('on every screen', { timeout: limitMs }, async () => {
    const { page, world } = stage
    const findings: Findings = []
    await visitEveryScreen(checking(usePointer(page), findings), world, findings)
    expect(findings).toEqual([])
  })
})
