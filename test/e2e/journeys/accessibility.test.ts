import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openBrowserShell } from './browser-shell.ts'
import { check, checking, type Findings } from './checking.ts'
import { see } from './driver.ts'
import { visitEveryScreen } from './every-screen.ts'
import { firstRun } from './first-run.ts'
import { noBrowser } from './missing.ts'
import { usePointer } from './pointer.ts'
import { openStage, type Stage } from './stage.ts'

const limitMs = 120_000

describe.skipIf(noBrowser !== '')(`axe-core finds nothing serious${noBrowser}`, () => {
  let stage: Stage

  beforeAll(async () => {
    stage = await openStage(openBrowserShell)
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
