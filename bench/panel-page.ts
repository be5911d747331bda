import type { Page } from 'playwright-core'

/** Runs in the page from its first moment: when the document was loaded, and when the first rows had been painted. */
export const watchFirstRows = `window.firstRows = new Promise((resolve) => {
  const look = () => {
    if (document.querySelector('[role=grid] tbody tr[data-id]') === null) return requestAnimationFrame(look)
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => resolve(performance.now())
    // A message is delivered after the frame that is being made has been painted.
    port2.postMessage('')
  }
  requestAnimationFrame(look)
})`

/** Milliseconds since the navigation began. */
export interface FirstRows {
  readonly documentAt: number
  readonly rowsAt: number
}

export function readFirstRows(page: Page): Promise<FirstRows> {
  return page.evaluate(`window.firstRows.then((rowsAt) => ({
    documentAt: performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd,
    rowsAt,
  }))`)
}

/** Pixels a frame: some 13 rows. */
const stride = 400

export interface Scroll {
  readonly frames: number
  readonly seconds: number
  /** Tasks of the main thread above 50 ms, as the browser reports them. */
  readonly longTasks: readonly number[]
  /** The longest time between two frames, in milliseconds. */
  readonly longestFrame: number
}

/** Scrolls the table from the top to the bottom, a stride each frame. */
export function scrollThrough(page: Page): Promise<Scroll> {
  return page.evaluate(`new Promise((resolve) => {
    const grid = document.querySelector('[role=grid]')
    const longTasks = []
    const observer = new PerformanceObserver((list) => longTasks.push(...list.getEntries().map(({ duration }) => duration)))
    observer.observe({ type: 'longtask' })
    const began = performance.now()
    let [frames, longestFrame, before] = [0, 0, began]
    grid.scrollTop = 0
    const next = (now) => {
      frames += 1
      longestFrame = Math.max(longestFrame, now - before)
      before = now
      const top = grid.scrollTop
      grid.scrollTop = top + ${stride}
      if (grid.scrollTop > top) return requestAnimationFrame(next)
      // The browser reports the last long tasks in its next idle time.
      setTimeout(() => {
        observer.disconnect()
        grid.scrollTop = 0
        resolve({ frames, seconds: (before - began) / 1000, longTasks, longestFrame })
      }, 500)
    }
    requestAnimationFrame(next)
  })`)
}

/** Every key of these, and every one taken back, leaves another number of rows. */
const words = ['acm', 'orc', 'vi', 'ze', 'sho', 'pep'] as const

/**
 * Types into the search field and takes it back.
 * @returns from each key's event to after the painting of the rows that it leaves, in milliseconds
 * @throws Error when a key changed nothing, for which no time can be told
 */
export async function typeIntoSearch(page: Page): Promise<number[]> {
  await page.evaluate(`{
    const count = () => document.querySelector('[role=grid]')?.getAttribute('aria-rowcount')
    window.keyTimes = []
    window.addEventListener('keydown', ({ timeStamp }) => {
      const before = count()
      const look = () => {
        if (performance.now() - timeStamp > 2000) return
        if (count() === before) return requestAnimationFrame(look)
        const { port1, port2 } = new MessageChannel()
        port1.onmessage = () => window.keyTimes.push(performance.now() - timeStamp)
        port2.postMessage('')
      }
      requestAnimationFrame(look)
    }, true)
  }`)
  const field = page.getByLabel('Search tenants')
  await field.click()
  let keys = 0
  for (const word of words) {
    for (const key of [...word, ...Array.from(word, () => 'Backspace')]) {
      keys += 1
      await page.keyboard.press(key)
      // Slower than anybody types, so that each key is alone.
      await page.waitForTimeout(200)
      const measured = await page.evaluate<number>('window.keyTimes.length')
      if (measured < keys)
        throw new Error(`${key} in ${word} leaves the same rows, or takes longer than 200 ms`)
    }
  }
  return page.evaluate<number[]>('window.keyTimes')
}
