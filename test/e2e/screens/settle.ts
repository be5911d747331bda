import type { Page } from 'playwright-core'

/** How long the page may take to come to rest, in milliseconds. */
const patienceMs = 20_000

/**
 * Runs in the page until what is shown is drawn: the fonts are there, two frames have passed since the last change of
 * the window, nothing moves but what turns for ever, and every row in sight whose host is reached has its figures.
 */
const rest = `document.fonts.ready.then(async () => {
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve))
  const moves = () =>
    document
      .getAnimations()
      .some(({ playState, effect }) => playState === 'running' && Number.isFinite(effect.getComputedTiming().endTime))
  // Rows that can be scrolled into view are drawn before, and asked for when they are there.
  const lacks = () =>
    [...document.querySelectorAll('tr:not([data-stale]) > [data-absent="Not observed yet"]')].some((cell) => {
      const grid = cell.closest('[role="grid"]')
      const row = cell.getBoundingClientRect()
      // The heading lies over those that are scrolled away.
      const from = grid.querySelector('thead').getBoundingClientRect().bottom
      return row.bottom > from + 1 && row.top < grid.getBoundingClientRect().bottom
    })
  const deadline = performance.now() + ${patienceMs}
  do {
    await frame()
    await frame()
    if (performance.now() > deadline) return moves() ? 'something still moves' : 'a row has no figures yet'
  } while (moves() || lacks())
  return ''
})`

/** @throws when the page does not come to rest */
export async function settle(page: Page): Promise<void> {
  const why = await page.evaluate<string>(rest)
  if (why !== '') throw new Error(`the page does not come to rest: ${why}`)
}
