import type { Page } from 'playwright-core'
import { findViolations, type Violation } from './axe.ts'
import type { Driver } from './driver.ts'

/** The violations found, with where: `dark, after button Connect: color-contrast …`. */
export type Findings = string[]

/** Animations have come to rest; those that run for ever are not waited for. */
const settle = `new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))).then(() =>
  Promise.all(
    document
      .getAnimations()
      .filter(({ effect }) => Number.isFinite(effect.getComputedTiming().endTime))
      .map(({ finished }) => finished.catch(() => {})),
  ))`

/** Looks at the page as it is now, light and dark. */
export async function check(page: Page, where: string, findings: Findings): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    for (const { id, impact, help, nodes } of await lookTwice(page))
      findings.push(`${colorScheme}, ${where}: ${impact} ${id}: ${help}\n${nodes.join('\n')}`)
  }
}

/** More looks than anything takes to come to rest. */
const mostLooks = 20

/** A part that is still fading in looks otherwise each time, so a violation counts when it is found twice running. */
async function lookTwice(page: Page): Promise<readonly Violation[]> {
  let found: readonly Violation[] = []
  for (let look = 0, before = ''; look < mostLooks; look += 1) {
    await page.evaluate(settle)
    found = await findViolations(page)
    const text = JSON.stringify(found)
    if (found.length === 0 || text === before) break
    before = text
  }
  return found
}

/** The same hands, and after everything that is pressed a look at what came of it. */
export function checking(driver: Driver, findings: Findings): Driver {
  const { page, press } = driver
  return {
    ...checkingPlaces(driver, findings),
    async press(control) {
      await press(control)
      await check(page, `after ${control.join(' ')}`, findings)
    },
  }
}

/** The same hands, and a look at every place that they come to. */
export function checkingPlaces(driver: Driver, findings: Findings): Driver {
  const { page, goTo, openTenant } = driver
  return {
    ...driver,
    async goTo(place) {
      await goTo(place)
      await check(page, place, findings)
    },
    async openTenant(name) {
      await openTenant(name)
      await check(page, `the tenant ${name}`, findings)
    },
  }
}
